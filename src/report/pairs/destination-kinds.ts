import type { DestinationGroups } from '../../evaluate/map/template.ts';

/**
 * Destinations that are in one group and alike to every template, as kinds known by number; of the row
 * at hand, how many of each kind differ from their template: are covered.
 */
export class DestinationKinds {
  /** How many destinations are told apart by templates. */
  readonly alikeCount: number;
  readonly #kindOf: Int32Array;
  /** By group: its kinds. */
  readonly #ofGroup: number[][];
  readonly #alike: number[] = [];
  readonly #sizes: number[] = [];
  readonly #covered: Int32Array;
  /** The kinds of which any is covered. */
  readonly #touched: number[] = [];

  /** `groupOf`: the group of each destination, and of others after those; there are `groups` of them. */
  constructor(
    { groupOf: alikeOf, district }: DestinationGroups,
    groupOf: Int32Array,
    groups: number,
  ) {
    this.alikeCount = district.length;
    const numbers = new Map<number, number>();
    this.#kindOf = new Int32Array(alikeOf.length);
    this.#ofGroup = Array.from({ length: groups }, () => []);
    for (let to = 0; to < alikeOf.length; to++) {
      const group = groupOf[to]!;
      const key = group * alikeOf.length + alikeOf[to]!;
      let kind = numbers.get(key);
      if (kind === undefined) {
        numbers.set(key, (kind = this.#alike.push(alikeOf[to]!) - 1));
        this.#ofGroup[group]!.push(kind);
        this.#sizes.push(0);
      }
      this.#sizes[kind]!++;
      this.#kindOf[to] = kind;
    }
    this.#covered = new Int32Array(this.#sizes.length);
  }

  get count(): number {
    return this.#sizes.length;
  }

  /** The kinds of a group. */
  ofGroup(group: number): readonly number[] {
    return this.#ofGroup[group]!;
  }

  /** The number of the kind among those alike to templates. */
  alikeOf(kind: number): number {
    return this.#alike[kind]!;
  }

  cover(destination: number): void {
    const kind = this.#kindOf[destination]!;
    if (this.#covered[kind]!++ === 0) this.#touched.push(kind);
  }

  /** Whether all destinations of the kind are covered. */
  isCovered(kind: number): boolean {
    return this.#covered[kind] === this.#sizes[kind];
  }

  /** The kinds all of whose destinations are covered. */
  covered(): number[] {
    return this.#touched.filter((kind) => this.isCovered(kind));
  }

  /** Makes ready for the next row. */
  uncover(): void {
    for (const kind of this.#touched) this.#covered[kind] = 0;
    this.#touched.length = 0;
  }
}
