/** A number that stands for a value in a table; equal values have equal ids. */
export type Id = number;

const FIRST_BITS = 12;

/**
 * Remembers the results of an operation on two ids, in a hash table of plain integers: all pairs of a
 * large cluster ask it millions of times, and a Map of numbers that large costs ten times as much.
 */
export class PairMemo {
  readonly #compute: (a: Id, b: Id) => Id;
  #bits: number;
  #count = 0;
  /** Three integers a slot: the two ids, and the result plus one; 0 means the slot is free. */
  #slots: Int32Array;

  /** `bits`: for how many slots there is room at first, as a power of two. */
  constructor(compute: (a: Id, b: Id) => Id, bits = FIRST_BITS) {
    this.#compute = compute;
    this.#bits = bits;
    this.#slots = new Int32Array(3 << bits);
  }

  get(a: Id, b: Id): Id {
    const slots = this.#slots;
    const mask = (1 << this.#bits) - 1;
    for (let slot = hash(a, b, this.#bits); ; slot = (slot + 1) & mask) {
      const at = slot * 3;
      if (slots[at + 2] === 0) break;
      if (slots[at] === a && slots[at + 1] === b) return slots[at + 2]! - 1;
    }
    const result = this.#compute(a, b);
    if (++this.#count * 2 > mask) this.#grow();
    this.#put(a, b, result + 1);
    return result;
  }

  #put(a: Id, b: Id, stored: number): void {
    const slots = this.#slots;
    const mask = (1 << this.#bits) - 1;
    let slot = hash(a, b, this.#bits);
    while (slots[slot * 3 + 2] !== 0) slot = (slot + 1) & mask;
    slots[slot * 3] = a;
    slots[slot * 3 + 1] = b;
    slots[slot * 3 + 2] = stored;
  }

  #grow(): void {
    const old = this.#slots;
    this.#bits++;
    this.#slots = new Int32Array(3 << this.#bits);
    for (let at = 0; at < old.length; at += 3) {
      if (old[at + 2] !== 0) this.#put(old[at]!, old[at + 1]!, old[at + 2]!);
    }
  }
}

function hash(a: Id, b: Id, bits: number): number {
  return (Math.imul(a, 0x9e37_79b1) ^ Math.imul(b, 0x85eb_ca6b)) >>> (32 - bits);
}
