import type { Id } from './pair-memo.ts';

/** The changes all sources of one egress profile have in common. */
export type Start = Pick<Changes, 'to' | 'grants' | 'reaches'>;

/** The destinations of a row that differ from its template, found again by their class number. */
export class Changes {
  count = 0;
  readonly to: Int32Array;
  readonly grants: Uint32Array;
  readonly reaches: Uint32Array;
  /** By class: one more than its place in `to`; 0 when it has none. */
  readonly #places: Int32Array;

  constructor(size: number) {
    this.to = new Int32Array(size);
    this.grants = new Uint32Array(size);
    this.reaches = new Uint32Array(size);
    this.#places = new Int32Array(size);
  }

  clear(): void {
    for (let at = 0; at < this.count; at++) this.#places[this.to[at]!] = 0;
    this.count = 0;
  }

  copy(): Start {
    const { count } = this;
    return {
      to: this.to.slice(0, count),
      grants: this.grants.slice(0, count),
      reaches: this.reaches.slice(0, count),
    };
  }

  /** Makes the changes those that were copied. */
  restore({ to, grants, reaches }: Start): void {
    this.clear();
    this.to.set(to);
    this.grants.set(grants);
    this.reaches.set(reaches);
    this.count = to.length;
    for (let at = 0; at < to.length; at++) this.#places[to[at]!] = at + 1;
  }

  /** The place of a destination; -1 when it has none. */
  find(to: number): number {
    return this.#places[to]! - 1;
  }

  /** The place of a destination, made with `grant` when it has none. */
  at(to: number, grant: Id): number {
    const place = this.#places[to]! - 1;
    if (place !== -1) return place;
    this.#places[to] = this.count + 1;
    this.to[this.count] = to;
    this.grants[this.count] = grant;
    return this.count++;
  }
}
