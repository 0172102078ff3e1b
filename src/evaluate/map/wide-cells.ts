import { NO_GRANTS } from '../grants/grant-folds.ts';
import type { GrantFolds } from '../grants/grant-folds.ts';
import type { Id } from '../ids/pair-memo.ts';
import type { IncomingCell } from './incoming-cells.ts';

/** Ingress cells that many sources are in, the same ones: put together by destination, once for all of them. */
export class WideCells {
  /** The destinations of any of the cells, in the order they first come. */
  readonly destinations: readonly number[];
  /** By class of destinations: what the cells grant. */
  readonly #sequences: Int32Array;

  /** `size`: how many classes of destinations there are. */
  constructor(cells: readonly IncomingCell[], size: number, folds: GrantFolds) {
    const destinations: number[] = [];
    this.#sequences = new Int32Array(size);
    for (const { grant, destinations: own } of cells) {
      for (let i = 0; i < own.length; i++) {
        const to = own[i]!;
        const before = this.#sequences[to]!;
        if (before === NO_GRANTS) destinations.push(to);
        this.#sequences[to] = folds.longer(before, grant);
      }
    }
    this.destinations = destinations;
  }

  /** What the cells grant to their sources at a destination, as a sequence. */
  sequenceOf(destination: number): Id {
    return this.#sequences[destination]!;
  }
}
