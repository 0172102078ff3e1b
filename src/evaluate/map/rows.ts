import { NO_GRANTS } from '../grants/grant-folds.ts';
import type { GrantFolds } from '../grants/grant-folds.ts';
import { NOTHING } from '../grants/grant.ts';
import type { GrantTable } from '../grants/grant.ts';
import type { Id } from '../ids/pair-memo.ts';
import { Recent } from '../ids/recent.ts';
import { withOne } from '../ids/short-list.ts';
import { ClassSet } from '../population/class-set.ts';
import { ingressBase } from './all-ingress.ts';
import type { AllIngress } from './all-ingress.ts';
import { Changes } from './changes.ts';
import type { Start } from './changes.ts';
import type { Incoming } from './incoming.ts';
import type { Profile } from './profile.ts';
import type { Sides } from './sides.ts';
import type { Template } from './template.ts';
import type { WideCells } from './wide-cells.ts';

/** All that rows are worked out from, but for the sources. */
export interface RowParts {
  readonly sides: Sides;
  readonly grants: GrantTable;
  readonly folds: GrantFolds;
  readonly incoming: Incoming;
  readonly ingress: AllIngress;
}

/** For how many profiles, sets of wide cells and districts of sources the starts of rows are kept. */
const FEW_PROFILES = 48;
const FEW_WIDE = 16;
const FEW_DISTRICTS = 3;

/** Stands for no wide cells. */
const NONE = {};

type Starts = Recent<WideCells | typeof NONE, Recent<Profile, Start>>;

/** Works out what differs from the template in the rows of sources, one after the other. */
export class Rows {
  /** The differences of the row at hand. */
  readonly changes: Changes;
  readonly #parts: RowParts;
  readonly #districtOf: Int32Array;
  /** How many classes are destinations. */
  readonly #subjects: number;
  readonly #starts = new Recent<number, Starts>(FEW_DISTRICTS);
  /** The destinations of the few cells of the row at hand, once there are wide ones. */
  readonly #touched: number[] = [];
  /** By destination: one more than the source in whose row it was last touched. */
  readonly #touchedBy: Int32Array;

  constructor(parts: RowParts) {
    this.#parts = parts;
    this.#districtOf = parts.sides.districts.egress.of;
    this.#subjects = parts.ingress.groupOf.length;
    this.changes = new Changes(this.#subjects);
    this.#touchedBy = new Int32Array(this.#subjects);
  }

  /**
   * Works out the row of a source: its egress cells, the few ingress cells it is in with small sets of
   * sources, and the wide ones, which add to each destination last.
   */
  begin(source: number, district: number, egress: Profile, template: Template): void {
    const { incoming, ingress } = this.#parts;
    const { changes } = this;
    const base = ingressBase(ingress, district);
    const wide = incoming.wideOf(source);
    const start = this.#starts
      .get(district, () => new Recent(FEW_WIDE))
      .get(wide ?? NONE, () => new Recent(FEW_PROFILES))
      .get(egress, () => this.#startOf(egress, base, template, wide));
    changes.restore(start);
    if (wide !== undefined) this.#takeBack(source, base);
    this.#addFew(source, egress, template);
    if (wide === undefined) return;
    for (const to of this.#touched) {
      const at = changes.find(to);
      if (at !== -1) this.#addSequence(at, wide);
    }
    this.#touched.length = 0;
    changes.addRest(start);
  }

  /** What rows of the profile have in common: what its cells change, and what wide ingress cells do. */
  #startOf(
    egress: Profile,
    base: Int32Array,
    template: Template,
    wide: WideCells | undefined,
  ): Start {
    const { changes } = this;
    changes.clear();
    this.#addOwn(egress, base);
    const own = changes.count;
    if (wide === undefined) return changes.copy(own);
    this.#addWide(egress, template, wide);
    for (let at = 0; at < changes.count; at++) this.#addSequence(at, wide);
    return changes.copy(own);
  }

  /** Adds what wide cells grant at the destination of a change. */
  #addSequence(at: number, wide: WideCells): void {
    const { to, grants, reaches } = this.changes;
    const sequence = wide.sequenceOf(to[at]!);
    if (sequence !== NO_GRANTS)
      reaches[at] = this.#parts.folds.reach(reaches[at]!, grants[at]!, sequence);
  }

  #addOwn({ cells, bases }: Profile, base: Int32Array): void {
    const { changes } = this;
    const { grants, ingress } = this.#parts;
    const { groupOf } = ingress;
    const add = (to: number): void => {
      if (to < this.#subjects) changes.at(to, bases[this.#districtOf[to]!]!);
    };
    const join = (to: number, grant: Id): void => {
      const at = to < this.#subjects ? changes.find(to) : -1;
      if (at !== -1) changes.grants[at] = grants.join(changes.grants[at]!, grant);
    };
    const wide = new Map<Id, ClassSet[]>();
    let seen: ClassSet | undefined;
    for (const { peers, grant } of cells) {
      if (peers.bits === undefined) {
        peers.forEach(add);
        peers.forEach((to) => join(to, grant));
        continue;
      }
      // the sets of a large namespace overlap much, and many grant the same
      (seen === undefined ? peers : peers.subtract(seen)).forEach(add);
      seen = seen === undefined ? peers : ClassSet.union(peers.size, [seen, peers]);
      wide.set(grant, withOne(wide.get(grant), peers));
    }
    for (const [grant, sets] of wide)
      ClassSet.union(sets[0]!.size, sets).forEach((to) => join(to, grant));
    for (let at = 0; at < changes.count; at++) {
      changes.reaches[at] = grants.meet(changes.grants[at]!, base[groupOf[changes.to[at]!]!]!);
    }
  }

  /** Adds the destinations of wide cells that are let anything through to, as the template has them. */
  #addWide({ bases }: Profile, template: Template, wide: WideCells): void {
    const { changes } = this;
    for (const to of wide.destinations) {
      const granted = bases[this.#districtOf[to]!]!;
      if (changes.find(to) === -1 && granted !== NOTHING) this.#addNew(to, granted, template);
    }
  }

  #addNew(to: number, granted: number, { groups: { groupOf }, reaches }: Template): number {
    const at = this.changes.at(to, granted);
    this.changes.reaches[at] = reaches[groupOf[to]!]!;
    return at;
  }

  /** What the few ingress cells that a source is in change. */
  #addFew(source: number, { bases }: Profile, template: Template): void {
    const { starts, cells, firsts, destinations, grants } = this.#parts.incoming.few;
    const end = starts[source + 1]!;
    for (let at = starts[source]!; at < end; at++) {
      const cell = cells[at]!;
      const last = firsts[cell + 1]!;
      for (let i = firsts[cell]!; i < last; i++)
        this.#addOne(destinations[i]!, grants[cell]!, bases, template);
    }
  }

  /** What a grant on ingress changes at a destination. */
  #addOne(to: number, ingress: Id, bases: Int32Array, template: Template): void {
    const { changes } = this;
    const { grants } = this.#parts;
    let at = changes.find(to);
    const granted = at === -1 ? bases[this.#districtOf[to]!]! : changes.grants[at]!;
    if (granted === NOTHING) return;
    if (at === -1) at = this.#addNew(to, granted, template);
    changes.reaches[at] = grants.reaches.join(changes.reaches[at]!, grants.meet(granted, ingress));
  }

  /** Takes back what wide cells added to the destinations of the few cells, which come before. */
  #takeBack(source: number, base: Int32Array): void {
    const { changes } = this;
    const { grants, incoming, ingress } = this.#parts;
    const { starts, cells, firsts, destinations } = incoming.few;
    for (let of = starts[source]!; of < starts[source + 1]!; of++) {
      const cell = cells[of]!;
      for (let i = firsts[cell]!; i < firsts[cell + 1]!; i++) {
        const to = destinations[i]!;
        if (this.#touchedBy[to] === source + 1) continue;
        this.#touchedBy[to] = source + 1;
        this.#touched.push(to);
        const at = changes.find(to);
        if (at !== -1)
          changes.reaches[at] = grants.meet(changes.grants[at]!, base[ingress.groupOf[to]!]!);
      }
    }
  }
}
