import { PairMemo } from '../ids/pair-memo.ts';
import type { Id } from '../ids/pair-memo.ts';
import type { ClassSet } from '../population/class-set.ts';

/** Something granted on ingress: to these sources, by these destinations, which are alike in it. */
export interface IncomingCell {
  readonly grant: Id;
  readonly sources: ClassSet;
  readonly destinations: readonly number[];
}

interface Growing extends IncomingCell {
  /** The number of its set of sources. */
  readonly set: number;
  readonly destinations: number[];
}

/** Gathers ingress cells. Rules share their sets of peers: all destinations that grant a set the same share a cell. */
export class IncomingCells {
  readonly #cells: Growing[] = [];
  readonly #sets = new Map<ClassSet, number>();
  readonly #places = new PairMemo(() => this.#cells.length);

  add(sources: ClassSet, grant: Id, destinations: readonly number[]): void {
    let set = this.#sets.get(sources);
    if (set === undefined) this.#sets.set(sources, (set = this.#sets.size));
    const cell = this.#cells[this.#places.get(set, grant)];
    if (cell === undefined)
      this.#cells.push({ set, grant, sources, destinations: [...destinations] });
    else for (const destination of destinations) cell.destinations.push(destination);
  }

  /** The cells, those of one set of sources together. */
  list(): readonly IncomingCell[] {
    return this.#cells.sort((a, b) => a.set - b.set);
  }
}
