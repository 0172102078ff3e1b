import type { Cell } from './profile.ts';
import { ClassSet } from './class-set.ts';
import { NOTHING } from './grant.ts';
import type { Id } from './pair-memo.ts';
import type { PeerKinds } from './peer-kinds.ts';
import type { RulingTable } from './ruling.ts';

/** What the tiers around NetworkPolicy say for subjects they treat alike, by kind of peer. */
export class TierRow {
  /** A number of its own, from 1 on. */
  readonly id: number;
  readonly #kinds: PeerKinds;
  readonly #table: RulingTable;
  readonly #rulings: readonly Id[];
  /** By kind: the number of its ruling among them. */
  readonly #numbers: Int32Array;
  readonly #grants = new Map<Id, Int32Array>();
  readonly #cells = new Map<ClassSet, Map<Id, readonly Cell[]>>();

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

  /** As {@link grantOf}, of every kind; the list is kept. */
  grantsOf(grant: Id): Int32Array {
    let grants = this.#grants.get(grant);
    if (grants === undefined) {
      const byNumber = this.#rulings.map((ruling) => this.#table.apply(ruling, grant));
      grants = this.#numbers.map((number) => byNumber[number]!);
      this.#grants.set(grant, grants);
    }
    return grants;
  }

  /** A cell of the next tier, with what is left of it, and taken apart where kinds of peers differ in that. */
  cellsOf({ grant, peers }: Cell): readonly Cell[] {
    let byGrant = this.#cells.get(peers);
    if (byGrant === undefined) this.#cells.set(peers, (byGrant = new Map<Id, readonly Cell[]>()));
    let cells = byGrant.get(grant);
    if (cells === undefined) byGrant.set(grant, (cells = this.#split(grant, peers)));
    return cells;
  }

  #split(grant: Id, peers: ClassSet): Cell[] {
    const kindOf = this.#kinds.of;
    const byKind = new Map<number, Id>();
    const members = new Map<Id, number[]>();
    let lastKind = -1;
    let list: number[] | undefined;
    peers.forEach((index) => {
      const kind = kindOf[index]!;
      if (kind !== lastKind) {
        lastKind = kind;
        let left = byKind.get(kind);
        if (left === undefined) byKind.set(kind, (left = this.#left(kind, grant)));
        list = members.get(left);
        if (list === undefined) members.set(left, (list = []));
      }
      list!.push(index);
    });
    const cells: Cell[] = [];
    for (const [left, own] of members) {
      if (left === NOTHING) continue;
      cells.push({
        grant: left,
        peers: own.length === peers.count ? peers : ClassSet.of(peers.size, own),
      });
    }
    return cells;
  }

  /** What a kind is granted; nothing, where it is granted as much without the grant of the next tier. */
  #left(kind: number, grant: Id): Id {
    const all = this.grantOf(kind, grant);
    return all === this.grantOf(kind, NOTHING) ? NOTHING : all;
  }
}
