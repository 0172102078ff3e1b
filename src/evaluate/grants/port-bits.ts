import type { PortSet } from '../../model/port-set.ts';
import type { Id } from '../ids/pair-memo.ts';
import { PortAtoms } from './port-atoms.ts';

const FIRST_BITS = 8;

/** Port sets by id, each a choice of {@link PortAtoms} as two words, and found by these in a table of plain integers. */
export class PortBits {
  readonly #atoms = new PortAtoms();
  /** By id: the low word and the high one. */
  words = new Int32Array(2 << FIRST_BITS);
  /** How often atoms were cut, which changes the words of sets that are there. */
  age = 0;
  count = 0;
  #bits = FIRST_BITS + 1;
  /** By a hash of the words: an id plus one; 0 means the slot is free. */
  #slots = new Int32Array(1 << this.#bits);

  /** Sees to it that the set is a choice of atoms; false if that needs too many. */
  cut(set: PortSet): boolean {
    const from = this.#atoms.cut(set);
    if (from === undefined) return false;
    if (from.length === 0) return true;
    const first = this.#atoms.count - from.length;
    for (let id = 0; id < this.count; id++) {
      from.forEach((atom, i) => {
        if (this.#has(id, atom))
          this.words[2 * id + ((first + i) >>> 5)]! |= 1 << ((first + i) & 31);
      });
    }
    this.#slots.fill(0);
    for (let id = 0; id < this.count; id++) this.#put(id);
    this.age++;
    return true;
  }

  #has(id: Id, atom: number): boolean {
    return (this.words[2 * id + (atom >>> 5)]! & (1 << (atom & 31))) !== 0;
  }

  /** The id of a set that {@link cut} was told of. */
  add(set: PortSet): Id {
    const [low, high] = this.#atoms.bitsOf(set);
    return this.idOf(low, high);
  }

  setOf(id: Id): PortSet {
    return this.#atoms.setOf(this.words[2 * id]!, this.words[2 * id + 1]!);
  }

  union(a: Id, b: Id): Id {
    const { words } = this;
    return this.idOf(words[2 * a]! | words[2 * b]!, words[2 * a + 1]! | words[2 * b + 1]!);
  }

  intersect(a: Id, b: Id): Id {
    const { words } = this;
    return this.idOf(words[2 * a]! & words[2 * b]!, words[2 * a + 1]! & words[2 * b + 1]!);
  }

  subtract(a: Id, b: Id): Id {
    const { words } = this;
    return this.idOf(words[2 * a]! & ~words[2 * b]!, words[2 * a + 1]! & ~words[2 * b + 1]!);
  }

  /** The id of the set with these words. */
  idOf(low: number, high: number): Id {
    const { words } = this;
    const mask = (1 << this.#bits) - 1;
    for (let slot = hash(low, high, this.#bits); ; slot = (slot + 1) & mask) {
      const id = this.#slots[slot]! - 1;
      if (id === -1) break;
      if (words[2 * id] === low && words[2 * id + 1] === high) return id;
    }
    return this.#append(low, high);
  }

  #append(low: number, high: number): Id {
    const id = this.count++;
    if (2 * id === this.words.length) {
      const words = new Int32Array(2 * this.words.length);
      words.set(this.words);
      this.words = words;
      this.#slots = new Int32Array(1 << ++this.#bits);
      for (let one = 0; one < id; one++) this.#put(one);
    }
    this.words[2 * id] = low;
    this.words[2 * id + 1] = high;
    this.#put(id);
    return id;
  }

  #put(id: Id): void {
    const mask = (1 << this.#bits) - 1;
    let slot = hash(this.words[2 * id]!, this.words[2 * id + 1]!, this.#bits);
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = id + 1;
  }
}

function hash(low: number, high: number, bits: number): number {
  return (
    (Math.imul(low, 0x9e37_79b1) ^ Math.imul(high ^ (low >>> 15), 0x85eb_ca6b)) >>> (32 - bits)
  );
}
