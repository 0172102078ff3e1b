/** A number that stands for a value in a table; equal values have equal ids. */
export type Id = number;

const SLOT_BITS = 16;

/** Remembers the results of an operation on two ids: a small direct-mapped cache before a map. */
export class PairMemo {
  readonly #first = new Int32Array(1 << SLOT_BITS).fill(-1);
  readonly #second = new Int32Array(1 << SLOT_BITS);
  readonly #result = new Int32Array(1 << SLOT_BITS);
  readonly #all = new Map<number, Id>();
  readonly #compute: (a: Id, b: Id) => Id;

  constructor(compute: (a: Id, b: Id) => Id) {
    this.#compute = compute;
  }

  get(a: Id, b: Id): Id {
    const slot = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) >>> (32 - SLOT_BITS);
    if (this.#first[slot] === a && this.#second[slot] === b) return this.#result[slot]!;
    const key = a * 0x200_0000 + b;
    let result = this.#all.get(key);
    if (result === undefined) this.#all.set(key, (result = this.#compute(a, b)));
    this.#first[slot] = a;
    this.#second[slot] = b;
    this.#result[slot] = result;
    return result;
  }
}
