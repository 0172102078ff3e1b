import { portSetKey } from '../../model/port-set.ts';
import type { Opening } from './ports.ts';

/** An opening of a kind of its own; `pairs` where it is between groups. */
export interface KindOfOpening extends Opening {
  readonly pairs?: 'all' | 'some';
}

/** An opening and where it is. */
export interface PlacedOpening<T> {
  readonly from: number;
  readonly to: number;
  readonly opening: T;
}

/**
 * Openings between things known by number, by source. There may be millions of them and a few thousand
 * kinds, so an opening is kept as two numbers.
 */
export class Openings<T extends KindOfOpening> {
  /** The kinds by number: openings that say the same have one kind. */
  readonly kinds: T[] = [];
  readonly #kindNumbers = new Map<string, number>();
  readonly #sources: number[] = [];
  readonly #starts: number[] = [];
  #to = new Int32Array(1024);
  #kind = new Int32Array(1024);
  #count = 0;

  /** The number of a kind. */
  kindOf(opening: T): number {
    const { certainty, ports, because, pairs } = opening;
    const key = `${certainty}|${portSetKey(ports)}|${because}|${pairs}`;
    let kind = this.#kindNumbers.get(key);
    if (kind === undefined) this.#kindNumbers.set(key, (kind = this.kinds.push(opening) - 1));
    return kind;
  }

  /** Says whose openings are added from now on; each source comes once. */
  begin(source: number): void {
    this.#sources.push(source);
    this.#starts.push(this.#count);
  }

  /** Adds an opening of the source at hand. */
  add(to: number, kind: number): void {
    if (this.#count === this.#to.length) {
      this.#to = doubled(this.#to);
      this.#kind = doubled(this.#kind);
    }
    this.#to[this.#count] = to;
    this.#kind[this.#count++] = kind;
  }

  /** Visits the sources with the destinations and the kinds of their openings, two lists in step. */
  forEachSource(visit: (source: number, to: Int32Array, kinds: Int32Array) => void): void {
    this.#sources.forEach((source, i) => {
      const start = this.#starts[i]!;
      const end = this.#starts[i + 1] ?? this.#count;
      visit(source, this.#to.subarray(start, end), this.#kind.subarray(start, end));
    });
  }

  /** All openings, one by one. */
  *[Symbol.iterator](): Generator<PlacedOpening<T>> {
    for (let i = 0, at = 0; i < this.#sources.length; i++) {
      const from = this.#sources[i]!;
      for (const end = this.#starts[i + 1] ?? this.#count; at < end; at++)
        yield { from, to: this.#to[at]!, opening: this.kinds[this.#kind[at]!]! };
    }
  }
}

function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * numbers.length);
  more.set(numbers);
  return more;
}
