import type { WayChange, WayChangeKind } from '../../evaluate/ways-in/way-changes.ts';
import type { WayIn } from '../../evaluate/ways-in/way-in.ts';
import type { Place } from '../../model/place.ts';
import { causeWords, pathWords, wayAsks, wayName } from '../ways-in/words.ts';

/** A changed way in, in words. */
export interface WayLine {
  readonly change: WayChangeKind;
  /** `Ingress shop/web, shop.example/`. */
  readonly name: string;
  readonly asks: string;
  /** Where it leads, was leading, or why no more. */
  readonly words: readonly string[];
  readonly place: Place;
}

/** Where the way stands now, else where it stood. */
export function wayLine({ change, before, after }: WayChange): WayLine {
  const way = (after ?? before)!;
  return {
    change,
    name: wayName(way),
    asks: wayAsks(way),
    words: wordsOf(change, before, after),
    place: way.place,
  };
}

function wordsOf(
  change: WayChangeKind,
  before: WayIn | undefined,
  after: WayIn | undefined,
): string[] {
  switch (change) {
    case 'opened':
    case 'certain':
    case 'uncertain':
      return [pathWords(after!), ...because(after!)];
    case 'redirected':
      return [`was ${pathWords(before!)}`, `now ${pathWords(after!)}`];
    case 'closed':
      return after === undefined
        ? [`was ${pathWords(before!)}`]
        : [pathWords(after), ...because(after)];
  }
}

function because(way: WayIn): string[] {
  return way.cause === undefined ? [] : [causeWords(way.cause, way)];
}
