import type { GrantFolds } from '../grants/grant-folds.ts';
import type { Id } from '../ids/pair-memo.ts';
import { Recent } from '../ids/recent.ts';
import { EMPTY, SequenceIds } from '../ids/sequence-ids.ts';
import type { IncomingCell } from './incoming-cells.ts';
import { WideCells } from './wide-cells.ts';

/** How many sets of wide cells are kept put together. */
const FEW = 32;

/**
 * Ingress cells turned round: for a source, the cells it is in. Small sets of sources are listed once by
 * member; wide ones, kept as bits, are read 32 sources at a time, so that nothing of the size of all
 * pairs is ever held.
 */
export class Incoming {
  readonly #cells: readonly IncomingCell[];
  readonly #destinations: number;
  readonly #folds: GrantFolds;
  readonly #starts: Uint32Array;
  readonly #listed: Uint32Array;
  readonly #wide: { cell: number; bits: Uint32Array }[] = [];
  readonly #block: number[][] = Array.from({ length: 32 }, () => []);
  #loaded = -1;
  readonly #ids = new SequenceIds();
  readonly #together = new Recent<Id, WideCells>(FEW);

  /** `size`: how many classes there are, the first `destinations` of which can be destinations. */
  constructor(
    cells: readonly IncomingCell[],
    size: number,
    destinations: number,
    folds: GrantFolds,
  ) {
    this.#cells = cells;
    this.#destinations = destinations;
    this.#folds = folds;
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

  /** Visits the cells that are not wide and that a source is in. */
  forEachFew(source: number, visit: (cell: IncomingCell) => void): void {
    for (let at = this.#starts[source]!; at < this.#starts[source + 1]!; at++) {
      visit(this.#cells[this.#listed[at]!]!);
    }
  }

  /** The wide cells a source is in, put together; undefined for none. Cheapest for sources in ascending order. */
  wideOf(source: number): WideCells | undefined {
    if (source >>> 5 !== this.#loaded) this.#load(source >>> 5);
    const cells = this.#block[source & 31]!;
    const id = this.#ids.of(cells);
    if (id === EMPTY) return undefined;
    return this.#together.get(id, () => {
      const own = cells.map((cell) => this.#cells[cell]!);
      return new WideCells(own, this.#destinations, this.#folds);
    });
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
