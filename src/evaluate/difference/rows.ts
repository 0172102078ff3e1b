import { portSetKey } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { Id } from '../ids/pair-memo.ts';
import type { Reachability } from '../map/reachability.ts';
import type { End } from './scope.ts';

/** What two ends let through, and whether for sure. */
export interface Passing {
  readonly certain: PortSet;
  readonly depends: PortSet;
}

/** The passings of any number of maps, each kept once and named by a number. */
export class Passings {
  readonly list: Passing[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #ofMap = new Map<Reachability, (number | undefined)[]>();

  /** Turns the reach ids of a map into numbers of passings; what they depend on is left aside. */
  reader(map: Reachability): (id: Id) => number {
    let known = this.#ofMap.get(map);
    if (known === undefined) this.#ofMap.set(map, (known = []));
    const numbers = known;
    return (id) => (numbers[id] ??= this.add(map.reach(id)));
  }

  add({ certain, depends }: Passing): number {
    const key = `${portSetKey(certain)} ${portSetKey(depends)}`;
    let number = this.#numbers.get(key);
    if (number === undefined)
      this.#numbers.set(key, (number = this.list.push({ certain, depends }) - 1));
    return number;
  }
}

/**
 * The destinations of one end whose connections are not what they were: the first `count` of three lists in step, which
 * belong to the visit.
 */
export interface ChangedRow {
  readonly from: End;
  readonly count: number;
  /** Numbers of ends, ascending. */
  readonly to: Int32Array;
  /** Numbers of passings. */
  readonly before: Int32Array;
  readonly after: Int32Array;
}

/** The maps of two clusters. */
export interface Maps {
  readonly old: Reachability;
  readonly new: Reachability;
}

/** A row as a list of reach ids by class. */
type Cells = Int32Array;

/** How many bytes of rows of the older map are held at a time. */
const BATCH_BYTES = 64_000_000;

/** Sources so few are asked pair by pair, which needs none of what rows have in common. */
const FEW = 500;

/** Asking a single pair costs about as much as this many cells of a row. */
const PAIR_COST = 6;

/**
 * Compares two maps where anything that changed may make a difference, and visits each source with the
 * destinations for which it does. An end that is alone is not asked about itself.
 */
export function forEachChangedRow(
  maps: Maps,
  ends: readonly End[],
  passings: Passings,
  visit: (row: ChangedRow) => void,
): void {
  const common = ends.filter((end) => end.old !== undefined && end.new !== undefined);
  const touched = common.filter(({ receiving }) => receiving.length > 0);
  const asRows = touched.length * PAIR_COST > common.length;
  const whole = asRows ? common : common.filter(({ sending }) => sending.length > 0);
  const isFew = whole.length * FEW < common.length;
  if (isFew) comparePairs(maps, whole, common, passings, visit);
  else compareRows(maps, whole, common, passings, visit);
  if (asRows || touched.length === 0) return;
  const rest = common.filter(({ sending }) => sending.length === 0);
  comparePairs(maps, rest, touched, passings, visit);
}

function comparePairs(
  { old, new: current }: Maps,
  sources: readonly End[],
  destinations: readonly End[],
  passings: Passings,
  visit: (row: ChangedRow) => void,
): void {
  const [readOld, readNew] = [passings.reader(old), passings.reader(current)];
  const row = new WrittenRow(destinations.length);
  for (const from of sources) {
    row.begin(from);
    for (const to of destinations) {
      if (to === from && !from.hasTwo) continue;
      const before = readOld(old.pair(from.old!, to.old!));
      const after = readNew(current.pair(from.new!, to.new!));
      if (before !== after) row.add(to, before, after);
    }
    if (row.count > 0) visit(row);
  }
}

function compareRows(
  { old, new: current }: Maps,
  sources: readonly End[],
  destinations: readonly End[],
  passings: Passings,
  visit: (row: ChangedRow) => void,
): void {
  const most = Math.max(1, Math.floor(BATCH_BYTES / (4 * old.classes.length + 1)));
  const [oldClass, newClass] = [
    Int32Array.from(destinations, (end) => end.old!),
    Int32Array.from(destinations, (end) => end.new!),
  ];
  const [readOld, readNew] = [passings.reader(old), passings.reader(current)];
  const row = new WrittenRow(destinations.length);
  const ordered = [...sources].sort((a, b) => a.new! - b.new!);
  for (let start = 0; start < ordered.length; start += most) {
    const batch = new Map<number, End[]>();
    const wanted = new Set<number>();
    for (const end of ordered.slice(start, start + most)) {
      wanted.add(end.old!);
      const alike = batch.get(end.new!);
      if (alike === undefined) batch.set(end.new!, [end]);
      else alike.push(end);
    }
    const rows = new Map<number, Cells>();
    old.forEachRow(
      ({ source, pods, others }) => rows.set(source, joined(pods, others)),
      (source) => wanted.has(source),
    );
    const cells = new Int32Array(current.classes.length);
    current.forEachRow(
      ({ source, pods, others }) => {
        cells.set(pods);
        cells.set(others, pods.length);
        for (const from of batch.get(source)!) {
          const before = rows.get(from.old!)!;
          row.begin(from);
          for (let i = 0; i < destinations.length; i++) {
            const was = readOld(before[oldClass[i]!]!);
            const is = readNew(cells[newClass[i]!]!);
            if (was === is || (destinations[i] === from && !from.hasTwo)) continue;
            row.add(destinations[i]!, was, is);
          }
          if (row.count > 0) visit(row);
        }
      },
      (source) => batch.has(source),
    );
  }
}

function joined(pods: Int32Array, others: Int32Array): Cells {
  const cells = new Int32Array(pods.length + others.length);
  cells.set(pods);
  cells.set(others, pods.length);
  return cells;
}

/** Rows written one after the other into the same lists; {@link begin} comes first. */
class WrittenRow implements ChangedRow {
  from!: End;
  count = 0;
  readonly to: Int32Array;
  readonly before: Int32Array;
  readonly after: Int32Array;

  /** `size`: how many destinations there are at most. */
  constructor(size: number) {
    this.to = new Int32Array(size);
    this.before = new Int32Array(size);
    this.after = new Int32Array(size);
  }

  begin(from: End): void {
    this.from = from;
    this.count = 0;
  }

  add(to: End, before: number, after: number): void {
    this.to[this.count] = to.index;
    this.before[this.count] = before;
    this.after[this.count++] = after;
  }
}
