import { PairMemo } from '../ids/pair-memo.ts';
import type { Id } from '../ids/pair-memo.ts';

/** A grant with and without a change. */
export interface Granted {
  readonly before: Id;
  readonly after: Id;
}

/** Changed grants, each kept once: few of the millions of pairs that change differ in theirs. */
export class GrantedTable {
  readonly #granted: Granted[] = [];
  readonly #ids = new PairMemo((before, after) => this.#granted.push({ before, after }) - 1);

  idOf(before: Id, after: Id): number {
    return this.#ids.get(before, after);
  }

  get(id: number): Granted {
    return this.#granted[id]!;
  }
}

/** What changes in the grants of one subject, by class of the peer: four bytes for each class there is. */
export class GrantChanges {
  readonly #table: GrantedTable;
  /** One more than the id; 0 where nothing changes. */
  readonly #ids: Int32Array;
  #count = 0;

  /** `classes`: how many there are. */
  constructor(table: GrantedTable, classes: number) {
    this.#table = table;
    this.#ids = new Int32Array(classes);
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Notes that the grant to a peer changes. */
  add(peer: number, before: Id, after: Id): void {
    this.#ids[peer] = this.#table.idOf(before, after) + 1;
    this.#count++;
  }

  get(peer: number): Granted | undefined {
    const id = this.#ids[peer]!;
    return id === 0 ? undefined : this.#table.get(id - 1);
  }

  /** Visits the peers whose grant changes, in ascending order. */
  forEach(visit: (peer: number) => void): void {
    for (let peer = 0; peer < this.#ids.length; peer++) if (this.#ids[peer] !== 0) visit(peer);
  }
}
