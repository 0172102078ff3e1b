import { NOTHING } from '../grants/grant.ts';
import type { Id } from '../ids/pair-memo.ts';
import type { Districts } from './districts.ts';
import type { KindParts } from './kind-parts.ts';
import type { PeerKinds } from './peer-kinds.ts';
import type { Cell } from './profile.ts';
import type { RulingTable } from './ruling.ts';

/** Ids of grants are below it. */
const MOST_GRANTS = 0x1000_0000;
const NO_CELLS: readonly Cell[] = [];

/** What the tiers around NetworkPolicy say for subjects they treat alike, by kind of peer. */
export class TierRow {
  /** A number of its own, from 1 on. */
  readonly id: number;
  readonly #kinds: PeerKinds;
  readonly #table: RulingTable;
  readonly #rulings: readonly Id[];
  /** By kind: the number of its ruling among them. */
  readonly #numbers: Int32Array;
  readonly #grants = new Map<Id, readonly Id[]>();
  /** By set of peers and grant. */
  readonly #cells = new Map<number, readonly Cell[]>();

  constructor(id: number, kinds: PeerKinds, table: RulingTable, make: (kind: number) => Id) {
    this.id = id;
    this.#kinds = kinds;
    this.#table = table;
    const known = new Map<Id, number>();
    this.#numbers = Int32Array.from(kinds.examples, (_, kind) => {
      const ruling = make(kind);
      let number = known.get(ruling);
      if (number === undefined) known.set(ruling, (number = known.size));
      return number;
    });
    this.#rulings = [...known.keys()];
  }

  /** What is granted to a kind of peer to which the next tier grants `grant`. */
  grantOf(kind: number, grant: Id): Id {
    return this.#table.apply(this.#rulings[this.#numbers[kind]!]!, grant);
  }

  /** As {@link grantOf}, of the kinds of peers that districts are of; where the next tier grants by zone. */
  basesOf({ zone, kind }: Districts, zoneBases: readonly Id[], otherBase: Id): Id[] {
    const ofOthers = this.#grantsOf(otherBase);
    const ofZones = zoneBases.map((grant) => this.#grantsOf(grant));
    const bases: Id[] = [];
    for (let district = 0; district < zone.length; district++) {
      const own = zone[district]!;
      const grants = own === -1 ? ofOthers : ofZones[own]!;
      bases.push(grants[this.#numbers[kind[district]!]!]!);
    }
    return bases;
  }

  /** What is granted by each ruling where the next tier grants `grant`; the list is kept. */
  #grantsOf(grant: Id): readonly Id[] {
    let grants = this.#grants.get(grant);
    if (grants === undefined) {
      grants = this.#rulings.map((ruling) => this.#table.apply(ruling, grant));
      this.#grants.set(grant, grants);
    }
    return grants;
  }

  /** A cell of the next tier, with what is left of it, and taken apart where kinds of peers differ in that. */
  cellsOf({ grant, peers }: Cell): readonly Cell[] {
    const parts = this.#kinds.partsOf(peers);
    const place = parts.number * MOST_GRANTS + grant;
    let cells = this.#cells.get(place);
    if (cells === undefined) this.#cells.set(place, (cells = this.#split(grant, parts)));
    return cells;
  }

  #split(grant: Id, parts: KindParts): readonly Cell[] {
    const left = parts.kinds.map((kind) => this.#left(kind, grant));
    const isSame = left.every((own) => own === left[0]);
    if (isSame) return left[0] === NOTHING ? NO_CELLS : [{ grant: left[0]!, peers: parts.whole }];
    const partsOf = new Map<Id, number[]>();
    left.forEach((own, part) => {
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
