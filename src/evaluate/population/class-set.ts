/**
 * A set of class numbers below `size`: kept as a list while few, as bits when many, so that a set over
 * a large cluster costs at most one bit a class. Never changed once made.
 */
export class ClassSet {
  readonly size: number;
  readonly count: number;
  readonly #members: Int32Array | undefined;
  readonly #bits: Uint32Array | undefined;

  private constructor(size: number, count: number, members?: Int32Array, bits?: Uint32Array) {
    this.size = size;
    this.count = count;
    this.#members = members;
    this.#bits = bits;
  }

  /** The set of the members: ascending, each once. */
  static of(size: number, members: ArrayLike<number>): ClassSet {
    if (members.length * 32 <= size)
      return new ClassSet(size, members.length, new Int32Array(members));
    const bits = new Uint32Array(wordsFor(size));
    addTo(bits, members);
    return new ClassSet(size, members.length, undefined, bits);
  }

  /** The set of the bits that are set; takes the array over. */
  static ofBits(size: number, bits: Uint32Array): ClassSet {
    let count = 0;
    for (let w = 0; w < bits.length; w++) count += popCount(bits[w]!);
    if (count * 32 > size) return new ClassSet(size, count, undefined, bits);
    const members = new Int32Array(count);
    let next = 0;
    eachBit(bits, (member) => (members[next++] = member));
    return new ClassSet(size, count, members);
  }

  static empty(size: number): ClassSet {
    return ClassSet.of(size, []);
  }

  /** Every class. */
  static full(size: number): ClassSet {
    const bits = new Uint32Array(wordsFor(size)).fill(0xffff_ffff);
    if (size & 31) bits[bits.length - 1] = (1 << (size & 31)) - 1;
    return ClassSet.ofBits(size, bits);
  }

  has(member: number): boolean {
    if (this.#bits) return (this.#bits[member >>> 5]! & (1 << (member & 31))) !== 0;
    const members = this.#members!;
    let low = 0;
    let high = members.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (members[middle]! < member) low = middle + 1;
      else high = middle;
    }
    return members[low] === member;
  }

  /** Visits the members in ascending order. */
  forEach(visit: (member: number) => void): void {
    if (this.#bits) eachBit(this.#bits, visit);
    else {
      const members = this.#members!;
      for (let i = 0; i < members.length; i++) visit(members[i]!);
    }
  }

  /** The highest member; -1 for the empty set. */
  get highest(): number {
    if (this.#members) return this.#members.at(-1) ?? -1;
    const bits = this.#bits!;
    for (let w = bits.length - 1; w >= 0; w--)
      if (bits[w] !== 0) return (w << 5) + 31 - Math.clz32(bits[w]!);
    return -1;
  }

  /** The bits, when the set is kept as bits; else undefined. */
  get bits(): Uint32Array | undefined {
    return this.#bits;
  }

  /** The members in ascending order. */
  toArray(): Int32Array {
    if (this.#members) return this.#members;
    const members = new Int32Array(this.count);
    let next = 0;
    this.forEach((member) => (members[next++] = member));
    return members;
  }

  intersect(other: ClassSet): ClassSet {
    if (this.#bits && other.#bits) {
      const bits = new Uint32Array(this.#bits.length);
      for (let w = 0; w < bits.length; w++) bits[w] = this.#bits[w]! & other.#bits[w]!;
      return ClassSet.ofBits(this.size, bits);
    }
    const [few, many] = this.#members ? [this, other] : [other, this];
    return ClassSet.of(
      this.size,
      few.#members!.filter((member) => many.has(member)),
    );
  }

  /** The members of this set that are not in the other. */
  subtract(other: ClassSet): ClassSet {
    const members = this.#members;
    if (members)
      return ClassSet.of(
        this.size,
        members.filter((member) => !other.has(member)),
      );
    const bits = this.#bits!.slice();
    if (other.#bits) for (let w = 0; w < bits.length; w++) bits[w]! &= ~other.#bits[w]!;
    else other.forEach((member) => (bits[member >>> 5]! &= ~(1 << (member & 31))));
    return ClassSet.ofBits(this.size, bits);
  }

  /** The members for which the test holds. */
  filter(test: (member: number) => boolean): ClassSet {
    const kept: number[] = [];
    this.forEach((member) => {
      if (test(member)) kept.push(member);
    });
    return ClassSet.of(this.size, kept);
  }

  /** How many members are below the limit. */
  countBelow(limit: number): number {
    if (limit >= this.size) return this.count;
    const bits = this.#bits;
    if (bits === undefined) return this.#members!.findLastIndex((member) => member < limit) + 1;
    let count = 0;
    for (let w = 0; w < limit >>> 5; w++) count += popCount(bits[w]!);
    if (limit & 31) count += popCount(bits[limit >>> 5]! & ((1 << (limit & 31)) - 1));
    return count;
  }

  /** The members from the limit on. */
  from(limit: number): ClassSet {
    return this.subtract(this.below(limit));
  }

  /** The members below the limit. */
  below(limit: number): ClassSet {
    if (this.#members)
      return ClassSet.of(
        this.size,
        this.#members.filter((member) => member < limit),
      );
    const bits = this.#bits!.slice().fill(0, (limit + 31) >>> 5);
    if (limit & 31) bits[limit >>> 5]! &= (1 << (limit & 31)) - 1;
    return ClassSet.ofBits(this.size, bits);
  }

  /** The members of any of the sets. */
  static union(size: number, sets: readonly ClassSet[]): ClassSet {
    if (sets.length === 1) return sets[0]!;
    const most = sets.reduce((sum, { count }) => sum + count, 0);
    if (most * 32 <= size) {
      const members = new Int32Array(most);
      let next = 0;
      for (const set of sets) set.forEach((member) => (members[next++] = member));
      members.sort();
      return ClassSet.of(
        size,
        members.filter((member, i) => i === 0 || member !== members[i - 1]),
      );
    }
    const bits = new Uint32Array(wordsFor(size));
    for (const set of sets) {
      if (set.#bits) for (let w = 0; w < bits.length; w++) bits[w]! |= set.#bits[w]!;
      else addTo(bits, set.#members!);
    }
    return ClassSet.ofBits(size, bits);
  }
}

function addTo(bits: Uint32Array, members: ArrayLike<number>): void {
  for (let i = 0; i < members.length; i++) bits[members[i]! >>> 5]! |= 1 << (members[i]! & 31);
}

function wordsFor(size: number): number {
  return (size + 31) >>> 5;
}

function eachBit(bits: Uint32Array, visit: (member: number) => void): void {
  for (let w = 0; w < bits.length; w++) {
    for (let word = bits[w]!; word !== 0; word &= word - 1)
      visit((w << 5) + 31 - Math.clz32(word & -word));
  }
}

function popCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
