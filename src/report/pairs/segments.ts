import type { Difference } from '../../evaluate/map/reachability.ts';
import type { DestinationGroups } from '../../evaluate/map/template.ts';
import { NumberList } from './number-list.ts';
import { SegmentGroups } from './segment-groups.ts';
import { NOTHING } from './view.ts';
import type { PartRow } from './view.ts';

/** By reach id: the sum of the weights of the destinations, and their number. */
interface Sums {
  readonly ids: Int32Array;
  readonly sums: Float64Array;
  readonly counts: Int32Array;
}

/** By cell of a row, which is a destination or a group of them: weight and number of those in the cells before it. */
interface Totals {
  readonly before: Float64Array;
  /** Undefined where each cell is one destination. */
  readonly countBefore: Int32Array | undefined;
}

/** The destinations a row reaches alike, of all rows, by group of those that seem the same. */
export class Segments {
  /** The weight of every destination, as the sum of those before it: a run's weight is a difference. */
  readonly #before: Float64Array;
  /** By reach id, of the row at hand: sum of the weights and number of its destinations. */
  #sums = new Float64Array(256);
  #counts = new Int32Array(256);
  #cursors = new Int32Array(256);
  /** By reach id: the last row that had it, counted from 0. */
  #listed = new Int32Array(256).fill(-1);
  /** The reach ids of the row at hand. */
  readonly #ids: number[] = [];
  readonly #known = new Map<object, Sums>();
  readonly #ofGroups = new Map<DestinationGroups, Totals>();
  readonly #groups = new SegmentGroups();
  /** The groups of each row, row after row, and where each row's begin. */
  readonly #ofRows = new NumberList();
  readonly #starts = new NumberList();
  /** The destinations of the row at hand. */
  #room = new Int32Array(0);
  #at = 0;

  constructor(width: number) {
    this.#before = sumsBefore(weightsFor(width));
  }

  /** Takes a row in. */
  add(row: PartRow): void {
    this.#addSums(sumsOf(row, this.#cellsFrom(0)));
    this.#close();
  }

  /** Takes a row in that is told by what differs from its template, which is added up once. */
  addDifference({ template, count, to, reaches, others, othersLike }: Difference): void {
    const { groupOf } = template.groups;
    const totals = remembered(this.#ofGroups, template.groups, () =>
      groupTotals(template.groups, this.#before),
    );
    this.#addSums(remembered(this.#known, template, () => sumsOf(template.reaches, totals)));
    this.#addSums(
      remembered(this.#known, othersLike, () => sumsOf(others, this.#cellsFrom(groupOf.length))),
    );
    for (let i = 0; i < count; i++) {
      const destination = to[i]!;
      const weight = this.#before[destination + 1]! - this.#before[destination]!;
      this.#change(template.reaches[groupOf[destination]!]!, -weight, -1);
      this.#change(reaches[i]!, weight, 1);
    }
    this.#close();
  }

  #addSums({ ids, sums, counts }: Sums): void {
    for (let i = 0; i < ids.length; i++) this.#change(ids[i]!, sums[i]!, counts[i]!);
  }

  #change(id: number, weight: number, count: number): void {
    if (id === NOTHING) return;
    if (id >= this.#counts.length) this.#grow(id);
    if (this.#listed[id] !== this.#starts.length) {
      this.#listed[id] = this.#starts.length;
      this.#ids.push(id);
    }
    this.#sums[id]! += weight;
    this.#counts[id]! += count;
  }

  /** Finds the groups of the row at hand, and is ready for the next. */
  #close(): void {
    this.#starts.push(this.#ofRows.length);
    for (const id of this.#ids) {
      const size = this.#counts[id]!;
      if (size > 0) this.#ofRows.push(this.#groups.add(id, this.#sums[id]!, size));
      this.#sums[id] = 0;
      this.#counts[id] = 0;
    }
    this.#ids.length = 0;
  }

  /** The cells of a row from destination `first` on. */
  #cellsFrom(first: number): Totals {
    return { before: this.#before.subarray(first), countBefore: undefined };
  }

  #grow(id: number): void {
    const room = Math.max(id + 1, 2 * this.#counts.length);
    const [sums, counts] = [this.#sums, this.#counts];
    this.#sums = new Float64Array(room);
    this.#sums.set(sums);
    this.#counts = new Int32Array(room);
    this.#counts.set(counts);
    const listed = this.#listed;
    this.#listed = new Int32Array(room).fill(-1);
    this.#listed.set(listed);
    this.#cursors = new Int32Array(room);
  }

  /** Begins the second pass. */
  restart(): void {
    this.#groups.close();
    this.#known.clear();
    this.#starts.push(this.#ofRows.length);
    this.#ofRows.close();
  }

  /** The groups of the next row. */
  next(): Int32Array {
    const row = this.#at++;
    return this.#ofRows.between(this.#starts.at(row), this.#starts.at(row + 1));
  }

  idOf(group: number): number {
    return this.#groups.idOf(group);
  }

  /** Counts a source of the group off; whether it was the last. */
  isLast(group: number): boolean {
    return this.#groups.isLast(group);
  }

  /** The row's destinations by reach id, for the wanted ones of its groups. */
  gather(
    row: PartRow,
    groups: Int32Array,
    wanted: (group: number) => boolean,
  ): Map<number, Int32Array> {
    const lists = new Map<number, Int32Array>();
    const kept = groups.filter(wanted);
    if (kept.length === 0) return lists;
    const cursors = this.#cursors;
    if (this.#room.length < row.length) this.#room = new Int32Array(row.length);
    const room = this.#room;
    let used = 0;
    for (const group of kept) {
      cursors[this.idOf(group)] = used + 1;
      used += this.#groups.sizeOf(group);
    }
    for (let i = 0; i < row.length; i++) {
      const id = row[i]!;
      const cursor = cursors[id]!;
      if (cursor === 0) continue;
      room[cursor - 1] = i;
      cursors[id] = cursor + 1;
    }
    used = 0;
    for (const group of kept) {
      const id = this.idOf(group);
      const end = used + this.#groups.sizeOf(group);
      // of its own, for some lists are held long after the row
      lists.set(id, room.slice(used, end));
      used = end;
      cursors[id] = 0;
    }
    return lists;
  }
}

/** Adds up the weights of cells by id, a run of equal cells at a time. */
function sumsOf(row: ArrayLike<number>, { before, countBefore }: Totals): Sums {
  const places = new Map<number, number>();
  const ids: number[] = [];
  const sums: number[] = [];
  const counts: number[] = [];
  for (let start = 0, end = 0; start < row.length; start = end) {
    const id = row[start]!;
    do end++;
    while (end < row.length && row[end] === id);
    if (id === NOTHING) continue;
    let place = places.get(id);
    if (place === undefined) {
      places.set(id, (place = ids.push(id) - 1));
      sums.push(0);
      counts.push(0);
    }
    sums[place]! += before[end]! - before[start]!;
    counts[place]! +=
      countBefore === undefined ? end - start : countBefore[end]! - countBefore[start]!;
  }
  return {
    ids: new Int32Array(ids),
    sums: new Float64Array(sums),
    counts: new Int32Array(counts),
  };
}

function groupTotals({ groupOf, district }: DestinationGroups, ofCells: Float64Array): Totals {
  const before = new Float64Array(district.length + 1);
  const countBefore = new Int32Array(district.length + 1);
  groupOf.forEach((group, cell) => {
    before[group + 1]! += ofCells[cell + 1]! - ofCells[cell]!;
    countBefore[group + 1]!++;
  });
  for (let group = 0; group < district.length; group++) {
    before[group + 1]! += before[group]!;
    countBefore[group + 1]! += countBefore[group]!;
  }
  return { before, countBefore };
}

function remembered<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}

function sumsBefore(weights: Float64Array): Float64Array {
  const sums = new Float64Array(weights.length + 1);
  weights.forEach((weight, i) => (sums[i + 1] = sums[i]! + weight));
  return sums;
}

/** Numbers whose sums over different sets differ but by rare chance, and are exact in a double. */
function weightsFor(width: number): Float64Array {
  const bits = 52 - Math.ceil(Math.log2(width + 1));
  const low = 2 ** (bits - 26);
  let state = 0x9e37_79b9;
  const next = (): number => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) + 0x6d2b_79f5;
    return (state ^ (state >>> 13)) >>> 0;
  };
  return Float64Array.from(
    { length: width },
    () => (next() >>> 6) * low + (next() % Math.max(1, Math.floor(low))),
  );
}
