import type { Id } from '../ids/pair-memo.ts';
import type { LeaveTable } from './leave-table.ts';
import type { PortBits } from './port-bits.ts';

/** What one side lets through: a leave (an id of a {@link LeaveTable}) by family, and the unknowns that part sure from at most. */
export interface Grant {
  readonly 4: Id;
  readonly 6: Id;
  readonly unknowns: number;
}

/**
 * How many words each grant has: of what it surely lets through the low word for IPv4, then for IPv6, and the
 * two high ones; the same four of what it lets through at most; and its unknowns, with {@link UNSURE}.
 */
export const WORDS = 9;
/** Stands with the unknowns of a grant that is not sure. */
export const UNSURE = 0x4000_0000;

/** Grants as bits of {@link PortBits}: what two of them come to is then a matter of a few operations. */
export class GrantWords {
  readonly #leaves: LeaveTable;
  readonly #grants: readonly Grant[];
  #words = new Int32Array(WORDS * 256);
  #written = 0;
  #age = 0;

  /** `grants`: by id; the list may grow. */
  constructor(leaves: LeaveTable, grants: readonly Grant[]) {
    this.#leaves = leaves;
    this.#grants = grants;
  }

  /** The words of all grants there are, one after the other; the array is good until there are more. */
  of(bits: PortBits): Int32Array {
    if (this.#written !== this.#grants.length || this.#age !== bits.age) this.#write(bits);
    return this.#words;
  }

  #write(bits: PortBits): void {
    if (this.#age !== bits.age) this.#written = 0;
    this.#age = bits.age;
    const count = this.#grants.length;
    if (count * WORDS > this.#words.length) {
      const words = new Int32Array(2 * count * WORDS);
      words.set(this.#words.subarray(0, this.#written * WORDS));
      this.#words = words;
    }
    for (let id = this.#written; id < count; id++) this.#writeOne(id, bits.words);
    this.#written = count;
  }

  #writeOne(id: number, ports: Int32Array): void {
    const { 4: four, 6: six, unknowns } = this.#grants[id]!;
    const words = this.#words;
    const at = id * WORDS;
    const put = (place: number, set: number): void => {
      words[at + place] = ports[2 * set]!;
      words[at + place + 2] = ports[2 * set + 1]!;
    };
    put(0, this.#leaves.certain(four));
    put(1, this.#leaves.certain(six));
    put(4, this.#leaves.possible(four));
    put(5, this.#leaves.possible(six));
    const isSure = (leave: Id): boolean =>
      this.#leaves.certain(leave) === this.#leaves.possible(leave);
    words[at + 8] = isSure(four) && isSure(six) ? 0 : unknowns | UNSURE;
  }
}
