import type { Box, Frame, Pin } from './diagram.ts';
import type { Route } from './routes.ts';

/** The vertical lines of one channel: who has which track, counted from the left. */
export interface Channel {
  /** Lines that leave a source for a corridor. */
  readonly trunks: ReadonlyMap<Box | Frame, number>;
  /** Lines that gather the sources of a pin. */
  readonly buses: ReadonlyMap<Pin, number>;
  readonly tracks: number;
}

interface Vertical {
  readonly owner: Box | Frame | Pin;
  readonly kind: 'trunk' | 'bus';
  low: number;
  high: number;
  /** Heights of the lines that come from, or go, to the left, and to the right. */
  readonly left: number[];
  readonly right: number[];
}

const CLEARANCE = 8;
/** Exchanges tried are limited by effort: tracks times verticals. */
const MOST_EFFORT = 1500;
const MOST_ROUNDS = 8;

/** Gives the vertical lines of every channel tracks, so that none overlap and few lines cross. */
export function channelsOf(routes: readonly Route[]): Map<number, Channel> {
  const verticals = new Map<number, Map<Box | Frame | Pin, Vertical>>();
  const verticalOf = (
    channel: number,
    owner: Box | Frame | Pin,
    kind: Vertical['kind'],
  ): Vertical => {
    let own = verticals.get(channel);
    if (own === undefined) verticals.set(channel, (own = new Map()));
    let vertical = own.get(owner);
    if (vertical === undefined) {
      vertical = { owner, kind, low: Infinity, high: -Infinity, left: [], right: [] };
      own.set(owner, vertical);
    }
    return vertical;
  };
  for (const { source, pin, outChannel, outY, corridorY, inChannel, inY } of routes) {
    const isRightward = inChannel > outChannel;
    if (corridorY !== undefined && corridorY !== outY) {
      const trunk = verticalOf(outChannel, source, 'trunk');
      stretch(trunk, outY, corridorY);
      trunk.left.push(outY);
      (isRightward ? trunk.right : trunk.left).push(corridorY);
    }
    const joinY = corridorY ?? outY;
    if (joinY === inY) continue;
    const bus = verticalOf(inChannel, pin, 'bus');
    stretch(bus, joinY, inY);
    (corridorY === undefined || isRightward ? bus.left : bus.right).push(joinY);
    bus.right.push(inY);
  }
  return new Map([...verticals].map(([channel, own]) => [channel, channelOf([...own.values()])]));
}

function stretch(vertical: Vertical, one: number, other: number): void {
  vertical.low = Math.min(vertical.low, one, other);
  vertical.high = Math.max(vertical.high, one, other);
}

function channelOf(verticals: readonly Vertical[]): Channel {
  let tracks: Vertical[][] = [];
  for (const vertical of [...verticals].sort((a, b) => a.low - b.low)) {
    const free = tracks.find((track) => track.every((one) => one.high + CLEARANCE < vertical.low));
    if (free === undefined) tracks.push([vertical]);
    else free.push(vertical);
  }
  tracks = fewestCrossings(tracks);
  const [trunks, buses] = [new Map<Box | Frame, number>(), new Map<Pin, number>()];
  for (const [track, own] of tracks.entries()) {
    for (const { owner } of own) {
      if ('arrivals' in owner) buses.set(owner, track);
      else trunks.set(owner, track);
    }
  }
  return { trunks, buses, tracks: tracks.length };
}

function fewestCrossings(tracks: Vertical[][]): Vertical[][] {
  let best = tracks;
  const verticals = tracks.reduce((sum, track) => sum + track.length, 0);
  if (tracks.length * verticals > MOST_EFFORT) return best;
  let least = crossings(best);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = least;
    for (let i = 0; i < best.length; i++) {
      for (let k = i + 1; k < best.length; k++) {
        const tried = [...best];
        [tried[i], tried[k]] = [tried[k]!, tried[i]!];
        const count = crossings(tried);
        if (count < least) [best, least] = [tried, count];
      }
    }
    if (least === before) break;
  }
  return best;
}

/** How often a line that goes to the side from one track crosses the lines of the tracks there. */
function crossings(tracks: readonly (readonly Vertical[])[]): number {
  let count = 0;
  for (const [at, own] of tracks.entries()) {
    for (const { left, right } of own) {
      for (const [other, theirs] of tracks.entries()) {
        if (other === at) continue;
        for (const { low, high } of theirs)
          for (const y of other < at ? left : right) if (y > low - 1 && y < high + 1) count++;
      }
    }
  }
  return count;
}
