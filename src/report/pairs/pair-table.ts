import type { Difference } from '../../evaluate/map/reachability.ts';
import type { DestinationGroups } from '../../evaluate/map/template.ts';
import { DestinationKinds } from './destination-kinds.ts';
import { GroupOpenings } from './group-openings.ts';
import type { GroupOpening } from './group-openings.ts';
import { IdSet } from './id-set.ts';
import type { Openings } from './openings.ts';
import { SeenIds } from './seen-ids.ts';
import { TemplateReader, TemplateUse } from './template-use.ts';
import { NOT_ASKED } from './view.ts';
import type { Part, ReachView } from './view.ts';

/** For how many pairs of groups the ids that occur are kept at a time. */
const TABLE_PAIRS = 4 << 20;

/** Which reach ids occur between the parts of two groups, for all pairs of groups. */
export class PairTable {
  readonly #view: ReachView;
  readonly #members: readonly (readonly Part[])[];
  /** Runs of parts of one group: `[start, end, group, …]`. */
  readonly #runs: readonly number[];
  readonly #groupOf: Int32Array;
  readonly #kinds = new Map<DestinationGroups, DestinationKinds>();
  /** By group of sources: the templates of its rows, by what they tell destinations apart by. */
  #uses: readonly Map<DestinationKinds, TemplateUse>[] = [];
  readonly #readers = new Map<DestinationKinds, TemplateReader>();
  #seen = new SeenIds(0);

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
  openings(): Openings<GroupOpening> {
    const openings = new GroupOpenings(this.#view);
    const all = this.#members.length;
    const occurring = new IdSet();
    for (let first = 0; first < all;) {
      const many = Math.max(1, Math.floor(TABLE_PAIRS / all));
      const last = Math.min(all, first + many);
      this.#look(first, last);
      for (let from = 0; from < last - first; from++) {
        const readers = this.#readersOf(from);
        openings.begin(first + from);
        for (let to = 0; to < all; to++) {
          occurring.clear();
          for (const reader of readers) reader.collect(to, occurring);
          this.#seen.collect(from * all + to, occurring);
          openings.add(to, occurring.ascending());
        }
      }
      first = last;
    }
    return openings.all;
  }

  /** Readers for the templates of a group of sources, whose use is then forgotten. */
  #readersOf(from: number): TemplateReader[] {
    const uses = [...this.#uses[from]!];
    this.#uses[from]!.clear();
    return uses.map(([kinds, use]) => {
      let reader = this.#readers.get(kinds);
      if (reader === undefined) this.#readers.set(kinds, (reader = new TemplateReader(kinds)));
      reader.begin(use);
      return reader;
    });
  }

  /** Goes through the rows of the sources in the groups from `first` up to, not including, `last`. */
  #look(first: number, last: number): void {
    this.#seen = new SeenIds((last - first) * this.#members.length);
    this.#uses = Array.from({ length: last - first }, () => new Map());
    if (this.#view.isWhole) this.#lookAtDifferences(first, last);
    else this.#lookAtRows(first, last);
  }

  #lookAtRows(first: number, last: number): void {
    this.#view.forEachRow(
      (part, row) => {
        this.#addCells(
          row,
          0,
          this.#groupOf[part]! - first,
          this.#view.parts[part]!.hasTwo ? -1 : part,
        );
      },
      NOT_ASKED,
      ({ index }) => this.#groupOf[index]! >= first && this.#groupOf[index]! < last,
    );
  }

  /**
   * As {@link #lookAtRows}, for the whole map: what rows have in common with their templates is left to
   * {@link TemplateReader}, and only what differs is marked.
   */
  #lookAtDifferences(first: number, last: number): void {
    const { reachability, parts } = this.#view;
    const { subjects } = reachability.population;
    const seenOthers = Array.from({ length: last - first }, () => new Set<object>());
    reachability.forEachDifference(
      (difference) => {
        const { source, template, others, othersLike } = difference;
        const from = this.#groupOf[source]! - first;
        const isAlone = !parts[source]!.hasTwo;
        const kinds = this.#kindsOf(template.groups);
        this.#addPods(difference, from, kinds, isAlone && source < subjects);
        this.#useOf(from, kinds).add(template, kinds);
        kinds.uncover();
        const isOwnOther = isAlone && source >= subjects;
        if (isOwnOther || !seenOthers[from]!.has(othersLike)) {
          if (!isOwnOther) seenOthers[from]!.add(othersLike);
          this.#addCells(others, subjects, from, isOwnOther ? source : -1);
        }
        this.#view.countRow();
      },
      (source) => this.#groupOf[source]! >= first && this.#groupOf[source]! < last,
    );
  }

  #kindsOf(groups: DestinationGroups): DestinationKinds {
    let kinds = this.#kinds.get(groups);
    if (kinds === undefined) {
      kinds = new DestinationKinds(groups, this.#groupOf, this.#members.length);
      this.#kinds.set(groups, kinds);
    }
    return kinds;
  }

  #useOf(from: number, kinds: DestinationKinds): TemplateUse {
    let use = this.#uses[from]!.get(kinds);
    if (use === undefined) this.#uses[from]!.set(kinds, (use = new TemplateUse()));
    return use;
  }

  /** Marks what differs from the template, and covers it; a source that is alone does not reach itself. */
  #addPods(
    { source, count, to, reaches }: Difference,
    from: number,
    kinds: DestinationKinds,
    isAlone: boolean,
  ): void {
    let self = isAlone ? source : -1;
    for (let i = 0; i < count; i++) {
      const destination = to[i]!;
      kinds.cover(destination);
      if (destination === self) self = -1;
      else this.#mark(from, this.#groupOf[destination]!, reaches[i]!);
    }
    if (self !== -1) kinds.cover(self);
  }

  #mark(from: number, to: number, id: number): void {
    this.#seen.add(from * this.#members.length + to, id);
  }

  /** Marks the cells of a row, or of its end: those of the parts from `start` on, `except` one. */
  #addCells(cells: Int32Array, start: number, from: number, except: number): void {
    for (let r = 0; r < this.#runs.length; r += 3) {
      const end = this.#runs[r + 1]!;
      for (let i = Math.max(start, this.#runs[r]!), last = NOT_ASKED; i < end; i++) {
        const id = cells[i - start]!;
        if (id === last || i === except) continue;
        last = id;
        if (id !== NOT_ASKED) this.#mark(from, this.#runs[r + 2]!, id);
      }
    }
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
