import type { IncomingCell } from './incoming-cells.ts';

/**
 * Ingress cells turned round: for a source, the cells it is in. Small sets are listed once by member;
 * large ones, kept as bits, are read 32 sources at a time, so that nothing of the size of all pairs is
 * ever held.
 */
export class Incoming {
  readonly #cells: readonly IncomingCell[];
  readonly #starts: Uint32Array;
  readonly #listed: Uint32Array;
  readonly #wide: { cell: number; bits: Uint32Array }[] = [];
  readonly #block: number[][] = Array.from({ length: 32 }, () => []);
  #loaded = -1;

  /** `size`: how many classes there are. */
  constructor(cells: readonly IncomingCell[], size: number) {
    this.#cells = cells;
    this.#starts = new Uint32Array(size + 1);
    const starts = this.#starts;
    cells.forEach(({ sources }, cell) => {
      if (sources.bits) this.#wide.push({ cell, bits: sources.bits });
      else sources.forEach((source) => starts[source + 1]!++);
    });
    for (let i = 0; i < size; i++) starts[i + 1]! += starts[i]!;
    const listed = new Uint32Array(starts[size]!);
    const next = starts.slice();
    cells.forEach(({ sources }, cell) => {
      if (sources.bits === undefined) sources.forEach((source) => (listed[next[source]!++] = cell));
    });
    this.#listed = listed;
  }

  /** Visits the cells a source is in; cheapest when sources are asked in ascending order. */
  forEach(source: number, visit: (cell: IncomingCell) => void): void {
    for (let at = this.#starts[source]!; at < this.#starts[source + 1]!; at++) {
      visit(this.#cells[this.#listed[at]!]!);
    }
    if (source >>> 5 !== this.#loaded) this.#load(source >>> 5);
    const cells = this.#block[source & 31]!;
    for (let i = 0; i < cells.length; i++) visit(this.#cells[cells[i]!]!);
  }

  #load(word: number): void {
    this.#loaded = word;
    for (const list of this.#block) list.length = 0;
    for (const { cell, bits } of this.#wide) {
      for (let rest = bits[word]!; rest !== 0; rest &= rest - 1) {
        this.#block[31 - Math.clz32(rest & -rest)]!.push(cell);
      }
    }
  }
}
