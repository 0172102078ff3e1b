import { NumberList } from './number-list.ts';

const FIRST_BITS = 10;

/**
 * Destinations that a row reaches by one reach id: those of many rows that seem the same, by what tells them
 * apart, are one group, known by its number. Kept as plain integers: there are a hundred thousand groups, and each
 * row looks for hundreds.
 */
export class SegmentGroups {
  readonly #id = new NumberList();
  readonly #size = new NumberList();
  /** How many rows still have it. */
  readonly #left = new NumberList();
  #sums = new Float64Array(1 << FIRST_BITS);
  #bits = FIRST_BITS + 1;
  /** By a hash: a group plus one; 0 means the slot is free. */
  #slots = new Int32Array(1 << this.#bits);
  readonly #sum = new Float64Array(1);
  readonly #words = new Int32Array(this.#sum.buffer);

  /** Counts a row in, by the sum of its destinations' weights and their number. */
  add(id: number, sum: number, size: number): number {
    const mask = (1 << this.#bits) - 1;
    for (let slot = this.#hash(id, sum); ; slot = (slot + 1) & mask) {
      const group = this.#slots[slot]! - 1;
      if (group === -1) return this.#append(id, sum, size);
      if (this.#sums[group] === sum && this.#id.at(group) === id && this.#size.at(group) === size) {
        this.#left.set(group, this.#left.at(group) + 1);
        return group;
      }
    }
  }

  idOf(group: number): number {
    return this.#id.at(group);
  }

  sizeOf(group: number): number {
    return this.#size.at(group);
  }

  /** Counts a row of the group off; whether it was the last. */
  isLast(group: number): boolean {
    const left = this.#left.at(group) - 1;
    this.#left.set(group, left);
    return left === 0;
  }

  /** No more will be added: what finds them is let go. */
  close(): void {
    this.#slots = new Int32Array(0);
    this.#sums = new Float64Array(0);
  }

  #append(id: number, sum: number, size: number): number {
    const group = this.#id.push(id);
    this.#size.push(size);
    this.#left.push(1);
    if (group === this.#sums.length) this.#grow();
    this.#sums[group] = sum;
    this.#put(group);
    return group;
  }

  #grow(): void {
    const sums = new Float64Array(2 * this.#sums.length);
    sums.set(this.#sums);
    this.#sums = sums;
    this.#slots = new Int32Array(1 << ++this.#bits);
    for (let group = 0; group < sums.length / 2; group++) this.#put(group);
  }

  #put(group: number): void {
    const mask = (1 << this.#bits) - 1;
    let slot = this.#hash(this.#id.at(group), this.#sums[group]!);
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = group + 1;
  }

  #hash(id: number, sum: number): number {
    this.#sum[0] = sum;
    const [low, high] = [this.#words[0]!, this.#words[1]!];
    const mixed =
      Math.imul(low, 0x9e37_79b1) ^ Math.imul(high, 0x85eb_ca6b) ^ Math.imul(id, 0xc2b2_ae35);
    return (mixed ^ (mixed >>> 15)) >>> (32 - this.#bits);
  }
}
