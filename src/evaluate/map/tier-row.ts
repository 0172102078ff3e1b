import { NOTHING } from '../grants/grant.ts';
import { PairMemo } from '../ids/pair-memo.ts';
import type { Id } from '../ids/pair-memo.ts';
import type { ClassSet } from '../population/class-set.ts';
import type { Districts } from './districts.ts';
import type { KindParts } from './kind-parts.ts';
import type { PeerKinds } from './peer-kinds.ts';
import type { Cell } from './profile.ts';
import type { RulingTable } from './ruling.ts';

/** There are many rows, and most meet few sets of peers of several kinds: as a power of two. */
const FEW_SETS = 6;

/** What the tiers around NetworkPolicy say for subjects they treat alike, by kind of peer. */
export class TierRow {
  /** A number of its own, from 1 on. */
  readonly id: number;
  readonly #kinds: PeerKinds;
  readonly #table: RulingTable;
  /** By kind. */
  readonly #rulings: Int32Array;
  /** Of sets of peers of several kinds, by number of the set and grant: the place of what is left. */
  readonly #places = new PairMemo(
    (set, grant) => this.#cells.push(this.#split(grant, this.#kinds.partsAt(set))) - 1,
    FEW_SETS,
  );
  readonly #cells: (readonly Cell[])[] = [];

  /** `rulings`: by kind. */
  constructor(id: number, kinds: PeerKinds, table: RulingTable, rulings: Int32Array) {
    this.id = id;
    this.#kinds = kinds;
    this.#table = table;
    this.#rulings = rulings;
  }

  /** What is granted to a kind of peer to which the next tier grants `grant`. */
  grantOf(kind: number, grant: Id): Id {
    return this.#table.apply(this.#rulings[kind]!, grant);
  }

  /** As {@link grantOf}, of the kinds of peers that districts are of; where the next tier grants by zone. */
  basesOf({ zone, kind }: Districts, zoneBases: readonly Id[], otherBase: Id): Int32Array {
    const bases = new Int32Array(zone.length);
    for (let district = 0; district < bases.length; district++) {
      const own = zone[district]!;
      bases[district] = this.grantOf(kind[district]!, own === -1 ? otherBase : zoneBases[own]!);
    }
    return bases;
  }

  /** Visits what is left of a cell of the next tier, taken apart where kinds of peers differ in that. */
  forEachLeft({ grant, peers }: Cell, visit: (grant: Id, peers: ClassSet) => void): void {
    const parts = this.#kinds.partsOf(peers);
    // most sets are a class or two of one namespace
    if (parts.kinds.length === 1) {
      const left = this.#left(parts.kinds[0]!, grant);
      if (left !== NOTHING) visit(left, peers);
      return;
    }
    const cells = this.#cells[this.#places.get(parts.number, grant)]!;
    for (const cell of cells) visit(cell.grant, cell.peers);
  }

  #split(grant: Id, parts: KindParts): readonly Cell[] {
    const partsOf = new Map<Id, number[]>();
    parts.kinds.forEach((kind, part) => {
      const own = this.#left(kind, grant);
      if (own === NOTHING) return;
      const alike = partsOf.get(own);
      if (alike === undefined) partsOf.set(own, [part]);
      else alike.push(part);
    });
    return Array.from(partsOf, ([own, alike]) => ({ grant: own, peers: parts.together(alike) }));
  }

  /** What a kind is granted; nothing, where it is granted as much without the grant of the next tier. */
  #left(kind: number, grant: Id): Id {
    const all = this.grantOf(kind, grant);
    return all === this.grantOf(kind, NOTHING) ? NOTHING : all;
  }
}
