import type { Family } from '../../model/address.ts';
import type { ClassTable } from './class-table.ts';
import type { Grants } from './grants.ts';
import type { PeerClass } from './peer-class.ts';
import type { PodAddress } from './pod-record.ts';
import type { PortNames } from './port-names.ts';
import type { Ports, PortSetTable } from './port-set-table.ts';

const NOTHING_CHANGED: ReadonlyMap<PeerClass, Ports | undefined> = new Map();

/**
 * One row of the reachability matrix: what each class of peers is granted, over one family, by grants that
 * all its addresses share. Classes without a cell have the default.
 */
export class Row {
  readonly grants: Grants;
  readonly family: Family;
  readonly addresses = new Set<PodAddress>();
  readonly default: Ports;
  readonly cells: ReadonlyMap<PeerClass, Ports>;
  /** Made in this change. */
  isNew = true;
  /** How many cells it had when its default was chosen. */
  readonly madeWith: number;
  readonly #cells: Map<PeerClass, Ports>;
  #before: Map<PeerClass, Ports | undefined> | undefined;
  readonly #table: PortSetTable;

  constructor(grants: Grants, classes: ClassTable, table: PortSetTable, names: PortNames) {
    this.grants = grants;
    this.family = classes.family;
    this.#table = table;
    const touched = valuesOf(grants, classes, table, names);
    this.default = mostFrequent(grants, classes, touched);
    this.#cells = touched;
    this.cells = touched;
    for (const zone of [classes.pods, classes.outside]) {
      const common = grants.common(this.family, zone === classes.pods);
      if (common === this.default) continue;
      for (const peers of zone) if (!touched.has(peers)) touched.set(peers, common);
    }
    for (const [peers, ports] of touched) if (ports === this.default) touched.delete(peers);
    this.madeWith = this.#cells.size;
    table.use(this.default);
    for (const ports of this.#cells.values()) table.use(ports);
  }

  /** What the cells that were changed in this change were; undefined: there was none. */
  get before(): ReadonlyMap<PeerClass, Ports | undefined> {
    return this.#before ?? NOTHING_CHANGED;
  }

  /** Lets go of the port sets it leads to. */
  drop(): void {
    this.#table.unuse(this.default);
    for (const ports of this.#cells.values()) this.#table.unuse(ports);
  }

  /** Whether classes of pods, or of outside addresses, need a cell though nothing in particular is granted them. */
  needsCellsFor(ofPods: boolean): boolean {
    return this.grants.common(this.family, ofPods) !== this.default;
  }

  /** What the class is granted. */
  at(peers: PeerClass): Ports {
    return this.#cells.get(peers) ?? this.default;
  }

  /** What the class was granted before this change. */
  atBefore(peers: PeerClass): Ports {
    return this.cellBefore(peers) ?? this.default;
  }

  cellBefore(peers: PeerClass): Ports | undefined {
    return this.before.has(peers) ? this.before.get(peers) : this.#cells.get(peers);
  }

  /** The cells there were before this change. */
  *cellsBefore(): Generator<[PeerClass, Ports]> {
    for (const cell of this.#cells) if (!this.before.has(cell[0])) yield cell;
    for (const [peers, ports] of this.before) if (ports !== undefined) yield [peers, ports];
  }

  /** Works the cell of a class out that is new. */
  meet(peers: PeerClass): void {
    const ports = this.grants.to(peers);
    if (ports === this.default) return;
    this.#remember(peers);
    this.#cells.set(peers, ports);
    this.#table.use(ports);
  }

  /** Forgets a class that is no more. */
  forget(peers: PeerClass): void {
    const ports = this.#cells.get(peers);
    if (ports === undefined) return;
    this.#remember(peers);
    this.#cells.delete(peers);
    this.#table.unuse(ports);
  }

  /** Ends a change: what cells are now is what they were. */
  settle(): void {
    this.isNew = false;
    this.#before = undefined;
  }

  #remember(peers: PeerClass): void {
    this.#before ??= new Map();
    if (!this.#before.has(peers)) this.#before.set(peers, this.#cells.get(peers));
  }
}

/** What is granted to the classes to which something in particular is. */
function valuesOf(
  grants: Grants,
  classes: ClassTable,
  table: PortSetTable,
  names: PortNames,
): Map<PeerClass, Ports> {
  const { family } = classes;
  const { byAtom } = grants.lists;
  const values = new Map<PeerClass, Ports>();
  if (grants.hasNames) {
    const visit = (having: ReadonlySet<PeerClass>): void => {
      for (const peers of having) if (!values.has(peers)) values.set(peers, grants.to(peers));
    };
    for (const atom of byAtom.keys()) visit(classes.withAtom(atom));
    if (grants.hasNamesForAll(family))
      for (const atom of names.atoms()) visit(classes.withAtom(atom));
    return values;
  }
  // the same sums as `Grants.to`, but each grant looks for its classes instead of each class for its grants
  const toPods = grants.common(family, true);
  const toOthers = grants.common(family, false);
  for (const [atom, { ports }] of byAtom) {
    for (const peers of classes.withAtom(atom)) {
      const before = values.get(peers) ?? (peers.ofPods ? toPods : toOthers);
      values.set(peers, table.union(before, ports));
    }
  }
  return values;
}

/** The ports most classes are granted: as a default they need no cell. */
function mostFrequent(
  grants: Grants,
  classes: ClassTable,
  touched: ReadonlyMap<PeerClass, Ports>,
): Ports {
  const counts = new Map<Ports, number>();
  const count = (ports: Ports, by: number): void => {
    counts.set(ports, (counts.get(ports) ?? 0) + by);
  };
  count(grants.common(classes.family, true), classes.pods.size);
  count(grants.common(classes.family, false), classes.outside.size);
  for (const [peers, ports] of touched) {
    count(grants.common(classes.family, peers.ofPods), -1);
    count(ports, 1);
  }
  let best: [Ports, number] | undefined;
  for (const one of counts) if (best === undefined || one[1] > best[1]) best = one;
  return best![0];
}
