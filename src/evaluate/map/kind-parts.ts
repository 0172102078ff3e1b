import { ClassSet } from '../population/class-set.ts';

/** A set of classes, taken apart by the kind of peer each is of. */
export class KindParts {
  /** A number of its own among those of all sets. */
  readonly number: number;
  readonly whole: ClassSet;
  /** The kinds, one for each part. */
  readonly kinds: readonly number[];
  readonly #parts: readonly ClassSet[];
  /** By the parts: what was put together, so that who asks for the same gets the same object. */
  #unions: Map<string, ClassSet> | undefined;

  /** `kindOf`: by class. */
  constructor(number: number, whole: ClassSet, kindOf: Int32Array) {
    this.number = number;
    this.whole = whole;
    const kinds: number[] = [];
    const members: number[][] = [];
    let last = -1;
    let list: number[] | undefined;
    // neighbours are of one namespace, and so mostly of one kind
    whole.forEach((index) => {
      const kind = kindOf[index]!;
      if (kind !== last) {
        last = kind;
        const part = kinds.indexOf(kind);
        list = part === -1 ? (members[kinds.push(kind) - 1] = []) : members[part];
      }
      list!.push(index);
    });
    this.kinds = kinds;
    this.#parts = kinds.length === 1 ? [whole] : members.map((own) => ClassSet.of(whole.size, own));
  }

  /** Some of the parts, by their places in ascending order, as one set. */
  together(parts: readonly number[]): ClassSet {
    if (parts.length === this.#parts.length) return this.whole;
    if (parts.length === 1) return this.#parts[parts[0]!]!;
    const key = parts.join();
    let union = this.#unions?.get(key);
    if (union === undefined) {
      union = ClassSet.union(
        this.whole.size,
        parts.map((part) => this.#parts[part]!),
      );
      (this.#unions ??= new Map<string, ClassSet>()).set(key, union);
    }
    return union;
  }
}
