import type { Id } from './pair-memo.ts';

/** A list of many ids of which few differ: those are numbered. */
export interface Numbered {
  readonly ids: readonly Id[];
  /** By place in the list: the number of its id. */
  readonly numbers: Int32Array;
}

/** Numbers the ids of lists, one list after the other: thousands of lists are as long as there are districts. */
export class Numbering {
  /** By id: its number in the list it was last met in, and one more than the number of that list. */
  #numbers = new Int32Array(1024);
  #lists = new Int32Array(1024);
  #list = 0;

  of(list: ArrayLike<Id>): Numbered {
    const own = ++this.#list;
    const ids: Id[] = [];
    const numbers = new Int32Array(list.length);
    for (let place = 0; place < list.length; place++) {
      const id = list[place]!;
      if (id >= this.#lists.length) this.#grow(id);
      if (this.#lists[id] !== own) {
        this.#lists[id] = own;
        this.#numbers[id] = ids.push(id) - 1;
      }
      numbers[place] = this.#numbers[id]!;
    }
    return { ids, numbers };
  }

  #grow(id: Id): void {
    const size = 2 * (id + 1);
    const [numbers, lists] = [new Int32Array(size), new Int32Array(size)];
    numbers.set(this.#numbers);
    lists.set(this.#lists);
    this.#numbers = numbers;
    this.#lists = lists;
  }
}
