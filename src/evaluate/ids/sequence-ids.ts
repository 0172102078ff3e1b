import { PairMemo } from './pair-memo.ts';
import type { Id } from './pair-memo.ts';

/** The id of the sequence of nothing. */
export const EMPTY: Id = 0;

/** Numbers for sequences of whole numbers: equal for equal ones. Far cheaper to make and to compare than texts. */
export class SequenceIds {
  #next = EMPTY + 1;
  readonly #longer = new PairMemo(() => this.#next++);

  /** How many sequences there are; ids are below it. */
  get count(): number {
    return this.#next;
  }

  /** The sequence with one more item at its end. */
  longer(sequence: Id, item: number): Id {
    return this.#longer.get(sequence, item);
  }

  of(items: readonly number[]): Id {
    let sequence = EMPTY;
    for (let i = 0; i < items.length; i++) sequence = this.longer(sequence, items[i]!);
    return sequence;
  }

  /** The sequence of the items in ascending order; sorts the list, which is to be short. */
  ofSorted(items: number[]): Id {
    // by insertion: `sort` makes lists of its own, and is asked tens of thousands of times
    for (let i = 1; i < items.length; i++) {
      const item = items[i]!;
      let at = i;
      for (; at > 0 && items[at - 1]! > item; at--) items[at] = items[at - 1]!;
      items[at] = item;
    }
    return this.of(items);
  }
}
