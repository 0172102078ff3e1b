import { Segments } from './segments.ts';
import type { PartRow, ReachView } from './view.ts';

/** Every part in `from` reaches every part in `to` alike: by the same reach id. */
export interface Entry {
  readonly from: readonly number[];
  readonly to: ArrayLike<number>;
  readonly id: number;
}

/** How often the entries go through the rows of the view. */
export const ENTRY_PASSES = 2;

/** Up to so many sources that are not their own destinations get an entry each. */
const FEW = 4;

/**
 * The view's pairs, sources that reach the same destinations alike put together; each pair is in one
 * entry. Two passes: the first finds by a hash which sources may go together, the second compares
 * their lists and yields an entry at its last source, so that few lists are held at any time.
 */
export function* entriesOf(view: ReachView): Generator<Entry> {
  const segments = new Segments(view.parts.length);
  if (view.isWhole) {
    view.reachability.forEachDifference((difference) => {
      segments.addDifference(difference);
      view.countRow();
    });
  } else view.forEachRow((_, row) => segments.add(row));
  segments.restart();
  /** By group, from its first source on: its destinations, and its sources so far. */
  const held: (Held | undefined)[] = [];
  yield* view.fromRows(function* (part, row) {
    const groups = segments.next();
    const made = segments.gather(row, groups, (group) => held[group] === undefined);
    for (const group of groups) {
      const id = segments.idOf(group);
      const isLast = segments.isLast(group);
      const own = held[group];
      if (own === undefined) {
        const entry = { from: [part], to: made.get(id)!, id };
        if (isLast) yield* withoutThemselves(view, entry);
        else held[group] = entry;
        continue;
      }
      // as many cells as the list has hold the id, so when all of the list do they are the same
      if (holdsAll(row, own.to, id)) own.from.push(part);
      else yield* withoutThemselves(view, { from: [part], to: listOf(row, id), id });
      if (!isLast) continue;
      held[group] = undefined;
      yield* withoutThemselves(view, { ...own, id });
    }
  });
}

interface Held {
  readonly to: Int32Array;
  readonly from: number[];
}

function holdsAll(row: PartRow, list: Int32Array, id: number): boolean {
  for (let i = 0; i < list.length; i++) if (row[list[i]!] !== id) return false;
  return true;
}

function listOf(row: PartRow, id: number): number[] {
  const list: number[] = [];
  row.forEach((cell, part) => cell === id && list.push(part));
  return list;
}

/**
 * The same pairs, but none of a part that has no two pods with itself. Of many such parts that all
 * reach one another, one half reaches the other, and so on within the halves: lists of k log k numbers
 * in all and not k².
 */
function* withoutThemselves({ parts }: ReachView, { from, to, id }: Entry): Generator<Entry> {
  const single = from.filter((part) => !parts[part]!.hasTwo);
  const own = single.length === 0 ? single : intersection(single, to);
  if (own.length === 0) {
    yield { from, to, id };
    return;
  }
  const among = new Set(own);
  const rest = from.filter((part) => !among.has(part));
  if (rest.length > 0) yield { from: rest, to, id };
  const list = Array.from(to);
  if (own.length <= FEW) {
    for (const part of own) {
      const others = list.filter((other) => other !== part);
      if (others.length > 0) yield { from: [part], to: others, id };
    }
    return;
  }
  const others = list.filter((part) => !among.has(part));
  if (others.length > 0) yield { from: own, to: others, id };
  yield* oneAnother(own, id);
}

function* oneAnother(parts: readonly number[], id: number): Generator<Entry> {
  if (parts.length < 2) return;
  const [one, other] = [parts.slice(0, parts.length >> 1), parts.slice(parts.length >> 1)];
  yield { from: one, to: other, id };
  yield { from: other, to: one, id };
  yield* oneAnother(one, id);
  yield* oneAnother(other, id);
}

function intersection(few: readonly number[], list: ArrayLike<number>): number[] {
  const wanted = new Set(few);
  return Array.from(list).filter((part) => wanted.has(part));
}
