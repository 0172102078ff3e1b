import type { Id } from '../ids/pair-memo.ts';

/** Changes that many sources have in common. */
export interface Start {
  readonly to: Int32Array;
  readonly grants: Int32Array;
  readonly reaches: Int32Array;
  /** How many are made by egress cells; the rest, by wide ingress cells alone. */
  readonly own: number;
}

/** The destinations of a row that differ from its template, found again by their class number. */
export class Changes {
  count = 0;
  readonly to: Int32Array;
  readonly grants: Int32Array;
  readonly reaches: Int32Array;
  /** By class: one more than its place in `to`; 0 when it has none. */
  readonly #places: Int32Array;

  constructor(size: number) {
    this.to = new Int32Array(size);
    this.grants = new Int32Array(size);
    this.reaches = new Int32Array(size);
    this.#places = new Int32Array(size);
  }

  clear(): void {
    for (let at = 0; at < this.count; at++) this.#places[this.to[at]!] = 0;
    this.count = 0;
  }

  /** The changes, the first `own` of which are made by egress cells. */
  copy(own: number): Start {
    const { count } = this;
    return {
      to: this.to.slice(0, count),
      grants: this.grants.slice(0, count),
      reaches: this.reaches.slice(0, count),
      own,
    };
  }

  /** Makes the changes those of the start that are made by egress cells. */
  restore({ to, grants, reaches, own }: Start): void {
    this.clear();
    const isAll = own === to.length;
    this.to.set(isAll ? to : to.subarray(0, own));
    this.grants.set(isAll ? grants : grants.subarray(0, own));
    this.reaches.set(isAll ? reaches : reaches.subarray(0, own));
    this.count = own;
    for (let at = 0; at < own; at++) this.#places[to[at]!] = at + 1;
  }

  /** Adds the rest of the start, where no change has been made since. */
  addRest({ to, grants, reaches, own }: Start): void {
    for (let i = own; i < to.length; i++) {
      if (this.find(to[i]!) === -1) this.reaches[this.at(to[i]!, grants[i]!)] = reaches[i]!;
    }
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
