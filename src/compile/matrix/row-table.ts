import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import type { AddressSpace } from './address-space.ts';
import type { ClassChanges } from './class-table.ts';
import type { Grants } from './grants.ts';
import type { Atom, PeerClass } from './peer-class.ts';
import type { PortNames } from './port-names.ts';
import type { PortSetTable } from './port-set-table.ts';
import { Row } from './row.ts';

/** A row with this many cells more than twice those it was made with is made again. */
const SLACK = 32;

/** The rows in force, found by the classes they may have a cell for. */
export class RowTable {
  readonly #spaces: Readonly<Record<Family, AddressSpace>>;
  readonly #table: PortSetTable;
  readonly #names: PortNames;
  readonly #byAtom = new Map<Atom, Set<Grants>>();
  /** Rows that need cells for pods, or outside addresses, to which nothing in particular is granted. */
  readonly #exceptional = {
    4: { pods: new Set<Row>(), outside: new Set<Row>() },
    6: { pods: new Set<Row>(), outside: new Set<Row>() },
  };
  readonly #named = { 4: new Set<Row>(), 6: new Set<Row>() };
  #changed = new Set<Row>();

  constructor(
    spaces: Readonly<Record<Family, AddressSpace>>,
    table: PortSetTable,
    names: PortNames,
  ) {
    this.#spaces = spaces;
    this.#table = table;
    this.#names = names;
  }

  /** The row of grants over a family, made when there is none. */
  rowOf(grants: Grants, family: Family): Row {
    return grants.rows[family] ?? this.#make(grants, family);
  }

  /** Forgets grants nobody uses any more. Their rows stay what they were before this change. */
  remove(grants: Grants): void {
    for (const family of FAMILIES) {
      const row = grants.rows[family];
      if (row !== undefined) this.#drop(row);
    }
    for (const atom of grants.lists.byAtom.keys()) {
      const using = this.#byAtom.get(atom);
      using?.delete(grants);
      if (using?.size === 0) this.#byAtom.delete(atom);
    }
  }

  /** Every row that may have a cell for the class. */
  meeting(peers: PeerClass): Set<Row> {
    const { family, ofPods, atoms } = peers;
    const rows = new Set(this.#exceptional[family][ofPods ? 'pods' : 'outside']);
    for (const atom of atoms) {
      for (const { rows: own } of this.#byAtom.get(atom) ?? []) {
        const row = own[family];
        if (row !== undefined) rows.add(row);
      }
    }
    if (this.#named[family].size > 0 && this.#names.hasAny(peers)) {
      for (const row of this.#named[family]) rows.add(row);
    }
    return rows;
  }

  /** Brings the cells of all rows up to date with the classes. */
  follow({ created, deleted }: ClassChanges): void {
    for (const peers of deleted)
      for (const row of this.meeting(peers)) this.#change(row, () => row.forget(peers));
    for (const peers of created)
      for (const row of this.meeting(peers)) this.#change(row, () => row.meet(peers));
  }

  /** Rows that grew so much that another default may serve them better, each with the one to take its place. */
  renew(): [Row, Row][] {
    const renewed: [Row, Row][] = [];
    for (const row of this.#changed) {
      if (row.cells.size <= 2 * row.madeWith + SLACK) continue;
      this.#drop(row);
      renewed.push([row, this.#make(row.grants, row.family)]);
    }
    return renewed;
  }

  /** Forgets a row that judges no address any more. */
  dropUnused(row: Row): void {
    if (row.addresses.size === 0 && row.grants.rows[row.family] === row) this.#drop(row);
  }

  /** The rows in force with cells that changed since the last call. */
  takeChanged(): ReadonlySet<Row> {
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  #make(grants: Grants, family: Family): Row {
    const row = new Row(grants, this.#spaces[family].classes, this.#table, this.#names);
    grants.rows[family] = row;
    for (const zone of ['pods', 'outside'] as const) {
      if (row.needsCellsFor(zone === 'pods')) this.#exceptional[family][zone].add(row);
    }
    if (grants.hasNamesForAll(family)) this.#named[family].add(row);
    for (const atom of grants.lists.byAtom.keys()) {
      const using = this.#byAtom.get(atom);
      if (using === undefined) this.#byAtom.set(atom, new Set([grants]));
      else using.add(grants);
    }
    return row;
  }

  #drop(row: Row): void {
    const { grants, family } = row;
    delete grants.rows[family];
    this.#exceptional[family].pods.delete(row);
    this.#exceptional[family].outside.delete(row);
    this.#named[family].delete(row);
    row.drop();
  }

  #change(row: Row, change: () => void): void {
    change();
    if (row.before.size > 0) this.#changed.add(row);
  }
}
