import { columnsOf } from './columns.ts';
import type { Box, Diagram, Frame, Pin } from './diagram.ts';

/** Rows of text are this high; boxes begin on multiples of it. All lengths are in SVG user units. */
export const ROW = 18;
/** The title strip of a frame. */
export const FRAME_TITLE = 1.5 * ROW;
export const FRAME_PADDING = 12;

/** Where a box or frame is, from top to bottom. */
export interface Extent {
  readonly top: number;
  readonly bottom: number;
}

/** Which column every box is in, and how high everything is. */
export interface Placement {
  readonly columns: ReadonlyMap<Box, number>;
  readonly columnCount: number;
  readonly boxes: ReadonlyMap<Box, Extent>;
  readonly frames: ReadonlyMap<Frame, Extent>;
}

/** A frame or a box without one: placed as a whole, over all columns from the first to the last. */
interface Block {
  readonly frame: Frame | undefined;
  readonly stacks: Map<number, Box[]>;
  readonly first: number;
  readonly last: number;
}

const BOX_GAP = ROW;
const BLOCK_GAP = 2 * ROW;
const MOST_ROUNDS = 12;

/** Places the boxes: columns by who connects to whom, heights so that arrows are short. */
export function placeDiagram(diagram: Diagram): Placement {
  const columns = columnsOf(diagram);
  const blocks = blocksOf(diagram, columns);
  const order = improve(
    blocks,
    (list) => cost(diagram, stack(list)),
    (list) => swaps(list.length),
  );
  for (const block of order) {
    for (const [column, boxes] of block.stacks) {
      const better = improve(
        boxes,
        (list) => {
          block.stacks.set(column, list);
          return cost(diagram, stack(order));
        },
        (list) => swaps(list.length),
      );
      block.stacks.set(column, better);
    }
  }
  const { boxes, frames } = stack(order);
  const columnCount = Math.max(0, ...columns.values()) + 1;
  return { columns, columnCount, boxes, frames };
}

function blocksOf({ boxes }: Diagram, columns: ReadonlyMap<Box, number>): Block[] {
  const blocks = new Map<Box | Frame, Box[]>();
  for (const box of boxes) {
    const key = box.frame ?? box;
    blocks.set(key, [...(blocks.get(key) ?? []), box]);
  }
  return [...blocks.values()].map((own) => {
    const stacks = new Map<number, Box[]>();
    for (const box of own) {
      const column = columns.get(box)!;
      stacks.set(column, [...(stacks.get(column) ?? []), box]);
    }
    const used = [...stacks.keys()];
    return { frame: own[0]!.frame, stacks, first: Math.min(...used), last: Math.max(...used) };
  });
}

/** The height of a box: its title, then its pins. */
export function heightOf({ title, pins }: Box): number {
  return titleHeight(title) + pins.reduce((sum, pin) => sum + pinHeight(pin), 0);
}

/** The height of a title, at least two rows: arrows go out at the middle of those. */
export function titleHeight(title: readonly string[]): number {
  return Math.max(2, title.length) * ROW;
}

/** The height of the rows of a pin. */
export function pinHeight({ text }: Pin): number {
  return text.length * ROW;
}

/** How far below the top of its box an arrow comes in. */
export function pinOffset(pin: Pin): number {
  const before = pin.box.pins.slice(0, pin.box.pins.indexOf(pin));
  const above = before.reduce((sum, one) => sum + pinHeight(one), titleHeight(pin.box.title));
  return above + ROW / 2;
}

/** Lets the blocks fall, in order, onto those that are already there. */
function stack(blocks: readonly Block[]): {
  boxes: Map<Box, Extent>;
  frames: Map<Frame, Extent>;
} {
  const boxes = new Map<Box, Extent>();
  const frames = new Map<Frame, Extent>();
  const floor: number[] = [];
  for (const { frame, stacks, first, last } of blocks) {
    let top = 0;
    for (let column = first; column <= last; column++) top = Math.max(top, floor[column] ?? 0);
    const start = frame === undefined ? top : top + 2 * ROW;
    let bottom = start;
    for (const own of stacks.values()) {
      let at = start;
      for (const box of own) {
        boxes.set(box, { top: at, bottom: at + heightOf(box) });
        at += heightOf(box) + BOX_GAP;
      }
      bottom = Math.max(bottom, at - BOX_GAP);
    }
    if (frame !== undefined) {
      frames.set(frame, { top: start - FRAME_TITLE, bottom: bottom + FRAME_PADDING });
      bottom += ROW;
    }
    for (let column = first; column <= last; column++) floor[column] = bottom + BLOCK_GAP;
  }
  return { boxes, frames };
}

/** How far arrows go up and down, and how high the drawing is. */
function cost(
  { pins }: Diagram,
  { boxes, frames }: { boxes: Map<Box, Extent>; frames: Map<Frame, Extent> },
): number {
  let sum = 0;
  for (const pin of pins) {
    const end = boxes.get(pin.box)!.top + pinOffset(pin);
    for (const source of pin.sources) {
      const at = 'boxes' in source ? frames.get(source)! : boxes.get(source)!;
      sum += Math.abs(at.top + ROW - end);
    }
  }
  let height = 0;
  for (const { bottom } of boxes.values()) height = Math.max(height, bottom);
  return sum + 2 * height;
}

function* swaps(length: number): Generator<readonly [number, number]> {
  const far = length > 16 ? 1 : length;
  for (let i = 0; i < length; i++)
    for (let k = i + 1; k < Math.min(length, i + far + 1); k++) yield [i, k];
}

/** Exchanges elements of a list as long as that makes it cheaper. */
function improve<T>(
  list: readonly T[],
  costOf: (list: T[]) => number,
  swapsOf: (list: readonly T[]) => Iterable<readonly [number, number]>,
): T[] {
  let best = [...list];
  let least = costOf(best);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = least;
    for (const [i, k] of swapsOf(best)) {
      const tried = [...best];
      [tried[i], tried[k]] = [tried[k]!, tried[i]!];
      const price = costOf(tried);
      if (price < least) [best, least] = [tried, price];
    }
    if (least === before) break;
  }
  costOf(best);
  return best;
}
