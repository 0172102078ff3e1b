import type { IncomingCell } from './incoming-cells.ts';

/**
 * Ingress cells with small sets of sources, listed by source. All pairs go through them hundreds of thousands of
 * times, and most are for one destination or two: so they are in arrays of numbers, one after the other.
 */
export class FewCells {
  /** By source: where its cells begin among `cells`; and where the last one's end. */
  readonly starts: Int32Array;
  /** The numbers of the cells. */
  readonly cells: Int32Array;
  /** By cell: what it grants. */
  readonly grants: Int32Array;
  /** By cell: where its destinations begin among `destinations`; and where the last one's end. */
  readonly firsts: Int32Array;
  readonly destinations: Int32Array;

  /** `size`: how many classes there are. */
  constructor(cells: readonly IncomingCell[], size: number) {
    const starts = (this.starts = new Int32Array(size + 1));
    this.grants = Int32Array.from(cells, ({ grant }) => grant);
    const firsts = (this.firsts = new Int32Array(cells.length + 1));
    cells.forEach(({ sources, destinations }, cell) => {
      firsts[cell + 1] = firsts[cell]! + destinations.length;
      sources.forEach((source) => starts[source + 1]!++);
    });
    for (let source = 0; source < size; source++) starts[source + 1]! += starts[source]!;
    this.destinations = new Int32Array(firsts[cells.length]!);
    const listed = (this.cells = new Int32Array(starts[size]!));
    const next = starts.slice();
    cells.forEach(({ sources, destinations }, cell) => {
      this.destinations.set(destinations, firsts[cell]);
      sources.forEach((source) => (listed[next[source]!++] = cell));
    });
  }
}
