import { ClassSet } from '../population/class-set.ts';

/** A set of classes, taken apart by the kind of peer each is of. */
export class KindParts {
  /** A number of its own among those of all sets. */
  readonly number: number;
  readonly whole: ClassSet;
  /** The kinds, one for each part. */
  readonly kinds: readonly number[];
  readonly #kindOf: Int32Array;
  /** By the parts: what was put together, so that who asks for the same gets the same object. */
  #unions: Map<string, ClassSet> | undefined;

  /** `kindOf`: by class. */
  constructor(number: number, whole: ClassSet, kindOf: Int32Array) {
    this.number = number;
    this.whole = whole;
    this.#kindOf = kindOf;
    const kinds: number[] = [];
    let last = -1;
    // neighbours are of one namespace, and so mostly of one kind
    whole.forEach((index) => {
      const kind = kindOf[index]!;
      if (kind !== last && !kinds.includes(kind)) kinds.push(kind);
      last = kind;
    });
    this.kinds = kinds;
  }

  /** Some of the parts, by their places in ascending order, as one set. */
  together(parts: readonly number[]): ClassSet {
    if (parts.length === this.kinds.length) return this.whole;
    const key = parts.join();
    let union = this.#unions?.get(key);
    if (union === undefined) {
      const wanted = new Set(parts.map((part) => this.kinds[part]!));
      union = this.whole.filter((index) => wanted.has(this.#kindOf[index]!));
      (this.#unions ??= new Map<string, ClassSet>()).set(key, union);
    }
    return union;
  }
}
