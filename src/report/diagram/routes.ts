import type { Box, Diagram, Frame, Pin } from './diagram.ts';
import { FRAME_TITLE, pinOffset, ROW } from './placement.ts';
import type { Placement } from './placement.ts';

/**
 * The way of an arrow, in heights: out of its source, along a corridor if columns or a whole row lie
 * between, and into its pin. Where it goes up or down it is in a channel: channel `c` is right of
 * column `c`, and -1 left of all.
 */
export interface Route {
  readonly source: Box | Frame;
  readonly pin: Pin;
  readonly outChannel: number;
  readonly outY: number;
  /** Undefined when the source is in the column before that of the pin. */
  readonly corridorY: number | undefined;
  readonly inChannel: number;
  readonly inY: number;
}

/** A horizontal line that is taken: columns are even slots, the channels right of them odd ones. */
interface Taken {
  readonly y: number;
  readonly first: number;
  readonly last: number;
  readonly owner: Box | Frame | Pin;
}

const CLEARANCE = 7;
const STEP = ROW / 4;
/** What it is worth to go round a frame one has nothing to do with. */
const FRAME_PRICE = 4 * ROW;

/** Finds a way for every arrow: never through a box, and never along another arrow but to one end. */
export function routesOf(diagram: Diagram, placement: Placement): Route[] {
  const finder = new RouteFinder(diagram, placement);
  return diagram.pins.flatMap((pin) => pin.sources.map((source) => finder.find(source, pin)));
}

class RouteFinder {
  readonly #placement: Placement;
  readonly #frames: readonly Frame[];
  /** By height, in buckets. */
  readonly #taken = new Map<number, Taken[]>();

  constructor({ pins, frames }: Diagram, placement: Placement) {
    this.#placement = placement;
    this.#frames = frames;
    const sources = new Set<Box | Frame>();
    for (const pin of pins) {
      const slot = 2 * this.#column(pin.box) - 1;
      this.#take({ y: this.#inY(pin), first: slot, last: slot, owner: pin });
      for (const source of pin.sources) sources.add(source);
    }
    for (const source of sources) {
      const slot = 2 * this.#lastColumn(source) + 1;
      this.#take({ y: this.#outY(source), first: slot, last: slot, owner: source });
    }
  }

  find(source: Box | Frame, pin: Pin): Route {
    const outChannel = this.#lastColumn(source);
    const inChannel = this.#column(pin.box) - 1;
    const inY = this.#inY(pin);
    const route = { source, pin, outChannel, inChannel, inY };
    if (outChannel === inChannel) {
      const { top, bottom } = this.#extent(source);
      const isStraight = !('boxes' in source) && inY > top && inY < bottom;
      return { ...route, outY: isStraight ? inY : this.#outY(source), corridorY: undefined };
    }
    const outY = this.#outY(source);
    const corridorY = this.#corridor({ ...route, outY });
    const [first, last] = slotsBetween(outChannel, inChannel);
    this.#take({ y: corridorY, first, last, owner: source });
    return { ...route, outY, corridorY };
  }

  /** The height nearest to both ends at which the columns between are free. */
  #corridor({ source, pin, outChannel, inChannel, outY, inY }: Omit<Route, 'corridorY'>): number {
    const columns = columnsBetween(outChannel, inChannel);
    let best = outY;
    let least = Infinity;
    for (const y of outwards(outY, inY)) {
      const length = Math.abs(y - outY) + Math.abs(y - inY);
      if (length >= least) break;
      if (this.#isBlocked(y, columns)) continue;
      const price = length + this.#price(y, columns, source, pin);
      if (price < least && !this.#collides(y, outChannel, inChannel, source, pin))
        [best, least] = [y, price];
    }
    return best;
  }

  /** Two lines of one arrow's ends may be one; all others keep apart. */
  #collides(y: number, out: number, into: number, source: Box | Frame, pin: Pin): boolean {
    const [first, last] = slotsBetween(out, into);
    for (let near = bucketOf(y) - 2; near <= bucketOf(y) + 2; near++) {
      for (const one of this.#taken.get(near) ?? []) {
        const isApart = Math.abs(one.y - y) >= CLEARANCE || one.last < first || last < one.first;
        const isShared = one.y === y && (one.owner === source || one.owner === pin);
        if (!isApart && !isShared) return true;
      }
    }
    return false;
  }

  #take(taken: Taken): void {
    const bucket = bucketOf(taken.y);
    const others = this.#taken.get(bucket);
    if (others === undefined) this.#taken.set(bucket, [taken]);
    else others.push(taken);
  }

  #isBlocked(y: number, columns: readonly number[]): boolean {
    const { boxes, frames } = this.#placement;
    for (const [box, { top, bottom }] of boxes) {
      if (!columns.includes(this.#column(box))) continue;
      if (y > top - CLEARANCE && y < bottom + CLEARANCE) return true;
    }
    for (const [frame, { top }] of frames) {
      const titled = Math.min(...frame.boxes.map((box) => this.#column(box)));
      if (columns.includes(titled) && y > top - CLEARANCE && y < top + FRAME_TITLE) return true;
    }
    return false;
  }

  #price(y: number, columns: readonly number[], source: Box | Frame, pin: Pin): number {
    let price = 0;
    for (const frame of this.#frames) {
      const { top, bottom } = this.#placement.frames.get(frame)!;
      if (Math.abs(y - bottom) < CLEARANCE) price += ROW / 2;
      if (y < top - CLEARANCE || y > bottom + CLEARANCE) continue;
      const isOwn =
        frame === pin.box.frame || frame === source || frame.boxes.some((box) => box === source);
      const isCrossed = frame.boxes.some((box) => columns.includes(this.#column(box)));
      if (isCrossed) price += isOwn ? ROW : FRAME_PRICE;
    }
    return price;
  }

  #column(box: Box): number {
    return this.#placement.columns.get(box)!;
  }

  #lastColumn(source: Box | Frame): number {
    if ('boxes' in source) return Math.max(...source.boxes.map((box) => this.#column(box)));
    return this.#column(source);
  }

  #extent(source: Box | Frame): { top: number; bottom: number } {
    return 'boxes' in source
      ? this.#placement.frames.get(source)!
      : this.#placement.boxes.get(source)!;
  }

  // quarter rows keep the ways out of frames, out of boxes and into pins at heights of their own
  #outY(source: Box | Frame): number {
    return this.#extent(source).top + ('boxes' in source ? FRAME_TITLE / 2 : ROW);
  }

  #inY(pin: Pin): number {
    return this.#extent(pin.box).top + pinOffset(pin);
  }
}

function bucketOf(y: number): number {
  return Math.round(y / STEP);
}

/** Heights between two, then farther and farther above and below; without end. */
function* outwards(one: number, other: number): Generator<number> {
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  yield one;
  yield other;
  const start = Math.floor(low / STEP) * STEP;
  for (let y = start; y <= high; y += STEP) yield y;
  for (let far = STEP; ; far += STEP) {
    yield start - far;
    yield Math.ceil(high / STEP) * STEP + far;
  }
}

/** The columns an arrow passes on its way from one channel to another, in either direction. */
function columnsBetween(out: number, into: number): number[] {
  const [low, high] = out < into ? [out + 1, into] : [into + 1, out];
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}

function slotsBetween(out: number, into: number): readonly [first: number, last: number] {
  return [2 * Math.min(out, into) + 1, 2 * Math.max(out, into) + 1];
}
