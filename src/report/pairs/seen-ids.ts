import type { IdSet } from './id-set.ts';

/** For each of many cells, the few different ids that occur in it: lists in two arrays of numbers. */
export class SeenIds {
  /** By cell, one more than the place of its newest entry; 0 when it has none. */
  readonly #newest: Int32Array;
  #ids = new Int32Array(1024);
  #older = new Int32Array(1024);
  #count = 0;

  constructor(cells: number) {
    this.#newest = new Int32Array(cells);
  }

  add(cell: number, id: number): void {
    for (let at = this.#newest[cell]!; at !== 0; at = this.#older[at - 1]!) {
      if (this.#ids[at - 1] === id) return;
    }
    if (this.#count === this.#ids.length) this.#grow();
    this.#ids[this.#count] = id;
    this.#older[this.#count] = this.#newest[cell]!;
    this.#newest[cell] = ++this.#count;
  }

  #grow(): void {
    const [ids, older] = [this.#ids, this.#older];
    this.#ids = new Int32Array(2 * ids.length);
    this.#older = new Int32Array(2 * ids.length);
    this.#ids.set(ids);
    this.#older.set(older);
  }

  /** Adds the ids of a cell to a set. */
  collect(cell: number, into: IdSet): void {
    for (let at = this.#newest[cell]!; at !== 0; at = this.#older[at - 1]!)
      into.add(this.#ids[at - 1]!);
  }
}
