import { intersectPorts, isNoPorts, portSetKey, subtractPorts } from '../model/port-set.ts';
import type { Unknown } from '../evaluate/verdict.ts';
import type { DestinationGroups } from '../evaluate/reachability.ts';
import { becauseOf, openingsOf } from './reach-ports.ts';
import type { Opening } from './reach-ports.ts';
import { NOTHING, NOT_ASKED } from './reach-view.ts';
import type { Part, PartRow, ReachView } from './reach-view.ts';

/** What pairs of two groups let through, put together. */
export interface GroupOpening extends Opening {
  readonly from: number;
  readonly to: number;
  /** Whether every pair lets all of the ports through, or only some do. */
  readonly pairs: 'all' | 'some';
}

/** For how many pairs of groups the ids that occur are kept at a time. */
const TABLE_PAIRS = 4 << 20;

/** Which reach ids occur between the parts of two groups, for all pairs of groups. */
export class PairTable {
  readonly #view: ReachView;
  readonly #members: readonly (readonly Part[])[];
  /** Runs of parts of one group: `[start, end, group, …]`. */
  readonly #runs: readonly number[];
  readonly #groupOf: Int32Array;
  #seen = new SeenIds(0);
  /** By id, the last {@link #stamp} it was marked under. */
  readonly #stamps: number[] = [];
  #stamp = 0;
  readonly #keys: (string | undefined)[] = [];

  constructor(view: ReachView, members: readonly (readonly Part[])[]) {
    this.#view = view;
    this.#members = members;
    this.#groupOf = new Int32Array(view.parts.length);
    members.forEach((parts, group) => {
      for (const { index } of parts) this.#groupOf[index] = group;
    });
    this.#runs = runsOf(this.#groupOf);
  }

  /** What is let through between the groups, by source, then destination. */
  openings(): GroupOpening[] {
    const openings: GroupOpening[] = [];
    const all = this.#members.length;
    for (let first = 0; first < all;) {
      const many = Math.max(1, Math.floor(TABLE_PAIRS / all));
      const last = Math.min(all, first + many);
      this.#look(first, last);
      for (let from = first; from < last; from++) {
        for (let to = 0; to < all; to++)
          for (const one of this.#between(from, to, this.#seen.ids((from - first) * all + to)))
            openings.push(one);
      }
      first = last;
    }
    return openings;
  }

  /** Goes through the rows of the sources in the groups from `first` up to, not including, `last`. */
  #look(first: number, last: number): void {
    this.#seen = new SeenIds((last - first) * this.#members.length);
    if (this.#view.isWhole) this.#lookAtDifferences(first, last);
    else this.#lookAtRows(first, last);
  }

  #lookAtRows(first: number, last: number): void {
    this.#view.forEachRow(
      (part, row) => {
        const own = row[part]!;
        if (!this.#view.parts[part]!.hasTwo) row[part] = NOT_ASKED;
        this.#addRow(row, this.#groupOf[part]! - first);
        row[part] = own;
      },
      NOT_ASKED,
      ({ index }) => this.#groupOf[index]! >= first && this.#groupOf[index]! < last,
    );
  }

  /**
   * As {@link #lookAtRows}, for the whole map: what rows have in common with their template is marked
   * once for each group of sources, and only the groups where a row differs are looked at part by part.
   */
  #lookAtDifferences(first: number, last: number): void {
    const { reachability, parts } = this.#view;
    const { subjects } = reachability.population;
    const indexes = this.#members.map((own) => own.map(({ index }) => index));
    const podsOf = indexes.map((own) => own.filter((index) => index < subjects));
    const othersOf = indexes.map((own) => own.filter((index) => index >= subjects));
    const inCommon = Array.from({ length: last - first }, () => new Map<object, number[]>());
    const seenOthers = Array.from({ length: last - first }, () => new Set<object>());
    const alike = new Map<DestinationGroups, readonly (readonly number[])[]>();
    const row = new Uint32Array(parts.length);
    const touched = new Set<number>();
    reachability.forEachDifference(
      ({ source, template, count, to, reaches, others, othersLike }) => {
        const from = this.#groupOf[source]! - first;
        const { groups, reaches: byGroup } = template;
        const isAlone = !parts[source]!.hasTwo;
        for (let i = 0; i < count; i++) touched.add(this.#groupOf[to[i]!]!);
        if (isAlone && source < subjects) touched.add(this.#groupOf[source]!);
        for (const group of touched) {
          for (const part of podsOf[group]!) row[part] = byGroup[groups.groupOf[part]!]!;
        }
        for (let i = 0; i < count; i++) row[to[i]!] = reaches[i]!;
        if (isAlone) row[source] = NOT_ASKED;
        for (const group of touched) this.#markParts(from, group, podsOf[group]!, row);
        const left = inCommon[from]!.get(template) ?? podsOf.map((_, group) => group);
        if (left.length > 0) {
          let kinds = alike.get(groups);
          if (kinds === undefined) alike.set(groups, (kinds = distinctGroups(groups, podsOf)));
          const still = left.filter((group) => {
            if (!touched.has(group)) this.#markParts(from, group, kinds[group]!, byGroup);
            return touched.has(group);
          });
          inCommon[from]!.set(template, still);
        }
        touched.clear();
        const isOwnOther = isAlone && source >= subjects;
        if (isOwnOther || !seenOthers[from]!.has(othersLike)) {
          if (!isOwnOther) seenOthers[from]!.add(othersLike);
          row.set(others, subjects);
          if (isOwnOther) row[source] = NOT_ASKED;
          othersOf.forEach((own, group) => {
            if (own.length > 0) this.#markParts(from, group, own, row);
          });
        }
        this.#view.countRow();
      },
      (source) => this.#groupOf[source]! >= first && this.#groupOf[source]! < last,
    );
  }

  /** Marks the ids that `ids` has at the places given, each once. */
  #markParts(from: number, to: number, places: readonly number[], ids: PartRow): void {
    const stamp = ++this.#stamp;
    for (let i = 0; i < places.length; i++) {
      const id = ids[places[i]!]!;
      if (this.#stamps[id] === stamp || id === NOT_ASKED) continue;
      this.#stamps[id] = stamp;
      this.#mark(from, to, id);
    }
  }

  #mark(from: number, to: number, id: number): void {
    this.#seen.add(from * this.#members.length + to, id);
  }

  #addRow(row: PartRow, source: number): void {
    for (let r = 0; r < this.#runs.length; r += 3) {
      const end = this.#runs[r + 1]!;
      for (let i = this.#runs[r]!, last = NOT_ASKED; i < end; i++) {
        const id = row[i]!;
        if (id === last) continue;
        last = id;
        if (id !== NOT_ASKED) this.#mark(source, this.#runs[r + 2]!, id);
      }
    }
  }

  #between(from: number, to: number, ids: readonly number[]): GroupOpening[] {
    let joined = NOTHING;
    for (const id of ids) joined = this.#view.reachability.joinReach(joined, id);
    if (joined === NOTHING) return [];
    return openingsOf(this.#view.letting(joined)).map((opening): GroupOpening => {
      if (opening.certainty === 'depends') return this.#uncertain({ ...opening, from, to }, ids);
      const key = this.#keyOf(joined);
      const pairs = ids.every((id) => this.#keyOf(id) === key) ? 'all' : 'some';
      return { ...opening, from, to, pairs };
    });
  }

  #uncertain(opening: Omit<GroupOpening, 'pairs'>, ids: readonly number[]): GroupOpening {
    const { ports } = opening;
    let unknowns = this.#unknownsOf(ids);
    if (unknowns.length > 1) {
      // some of them may speak of ports that others surely allow
      const concerned = ids.filter(
        (id) => !isNoPorts(intersectPorts(this.#view.letting(id).depends, ports)),
      );
      unknowns = this.#unknownsOf(concerned);
    }
    const isAll = ids.every((id) => {
      const letting = this.#view.letting(id);
      return letting.unknowns.length > 0 && isNoPorts(subtractPorts(ports, letting.depends));
    });
    return { ...opening, unknowns, because: becauseOf(unknowns), pairs: isAll ? 'all' : 'some' };
  }

  #unknownsOf(ids: readonly number[]): Unknown[] {
    const unknowns: Unknown[] = [];
    for (const id of ids) {
      for (const unknown of this.#view.letting(id).unknowns)
        if (!unknowns.includes(unknown)) unknowns.push(unknown);
    }
    return unknowns;
  }

  /** A text for the ports an id allows: equal for equal ones. */
  #keyOf(id: number): string {
    return (this.#keys[id] ??= portSetKey(this.#view.letting(id).allowed));
  }
}

/** For each group, the destination groups its pods are in, each once. */
function distinctGroups(
  { groupOf }: DestinationGroups,
  podsOf: readonly (readonly number[])[],
): number[][] {
  return podsOf.map((pods) => [...new Set(pods.map((pod) => groupOf[pod]!))]);
}

/** For each of many cells, the few different ids that occur in it: lists in two arrays of numbers. */
class SeenIds {
  /** By cell, one more than the place of its newest entry; 0 when it has none. */
  readonly #newest: Int32Array;
  #ids = new Uint32Array(1024);
  #older = new Int32Array(1024);
  #count = 0;

  constructor(cells: number) {
    this.#newest = new Int32Array(cells);
  }

  add(cell: number, id: number): void {
    for (let at = this.#newest[cell]!; at !== 0; at = this.#older[at - 1]!) {
      if (this.#ids[at - 1] === id) return;
    }
    if (this.#count === this.#ids.length) this.#grow();
    this.#ids[this.#count] = id;
    this.#older[this.#count] = this.#newest[cell]!;
    this.#newest[cell] = ++this.#count;
  }

  #grow(): void {
    const [ids, older] = [this.#ids, this.#older];
    this.#ids = new Uint32Array(2 * ids.length);
    this.#older = new Int32Array(2 * ids.length);
    this.#ids.set(ids);
    this.#older.set(older);
  }

  /** The ids of a cell, ascending. */
  ids(cell: number): number[] {
    const ids: number[] = [];
    for (let at = this.#newest[cell]!; at !== 0; at = this.#older[at - 1]!)
      ids.push(this.#ids[at - 1]!);
    return ids.sort((a, b) => a - b);
  }
}

function runsOf(groupOf: Int32Array): number[] {
  const runs: number[] = [];
  for (let start = 0, end = 0; start < groupOf.length; start = end) {
    const group = groupOf[start]!;
    do end++;
    while (end < groupOf.length && groupOf[end] === group);
    runs.push(start, end, group);
  }
  return runs;
}
