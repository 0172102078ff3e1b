import { PairMemo } from '../ids/pair-memo.ts';
import type { Id } from '../ids/pair-memo.ts';
import type { ClassSet } from './class-set.ts';

/** Classes that are in the same sets, as kinds known by number. */
export interface SetKinds {
  /** The kind of each class. */
  readonly of: Int32Array;
  /** A class of each kind. */
  readonly examples: readonly number[];
  /** By kind: the sets its classes are in, by number. */
  readonly sets: readonly (readonly number[])[];
}

/** Sorts classes by the sets they are in; those with different numbers in `apart`, from 0 on, are never of one kind. */
export function kindsBySets(apart: Int32Array, sets: readonly ClassSet[]): SetKinds {
  // a class's sets so far are a number: below `first` for none yet, else the number before and one set more
  const first = apart.reduce((most, part) => Math.max(most, part), 0) + 1;
  const before: Id[] = [];
  const last: number[] = [];
  const longer = new PairMemo((sequence, set) => {
    before.push(sequence);
    return first + last.push(set) - 1;
  });
  const sequences = Int32Array.from(apart, (part) => part);
  sets.forEach((set, number) => {
    set.forEach((index) => (sequences[index] = longer.get(sequences[index]!, number)));
  });
  const kinds = new Map<Id, number>();
  const examples: number[] = [];
  const setsOfKind: number[][] = [];
  const of = sequences.map((sequence, index) => {
    let kind = kinds.get(sequence);
    if (kind === undefined) {
      kinds.set(sequence, (kind = examples.push(index) - 1));
      const own: number[] = [];
      for (let at = sequence; at >= first; at = before[at - first]!) own.push(last[at - first]!);
      setsOfKind.push(own);
    }
    return kind;
  });
  return { of, examples, sets: setsOfKind };
}
