import type { Reachability } from '../../evaluate/map/reachability.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Member } from '../who/members.ts';
import type { Demand } from '../who/target.ts';
import { Alternatives, familyOf } from './alternatives.ts';
import type { Found } from './alternatives.ts';
import type { Fault } from './judgement.ts';
import { FINE, Measure, WRONG, rankOf } from './measure.ts';
import type { Finding } from './measure.ts';
import { meeting } from './meeting.ts';
import type { RowView } from './row-view.ts';
import { WideTally } from './wide-tally.ts';
import type { Tally } from './wide-tally.ts';

/** How many faults of an expectation are kept. */
export const MOST_FAULTS = 20;
/** With more classes of destinations than this, rows are counted by what differs in them. */
const WIDE = 100;

/** What one demand hears of the rows of its sources, in the order of their numbers. */
export class Hearing {
  readonly demand: Demand;
  readonly faults: Fault[] = [];
  /** How many pairs of endpoints were heard of. */
  pairs = 0;
  /** How many of them are not as they should be. */
  faulty = 0;
  readonly #subjects: number;
  readonly #measure: Measure;
  readonly #pods: readonly Member[];
  /** Classes of destinations after those of pods; without the outside, which addresses do not meet. */
  readonly #others: readonly Member[];
  readonly #hosts: readonly Member[];
  readonly #wide: WideTally | undefined;
  /** By what is the same for rows that reach the same others. */
  readonly #ofOthers = new WeakMap<object, Tally & Pick<WideTally, 'total'>>();
  /** Where families are alternatives. */
  readonly #alternatives: Alternatives | undefined;

  constructor(demand: Demand, reachability: Reachability) {
    const { subjects } = reachability.population;
    this.demand = demand;
    this.#subjects = subjects;
    this.#measure = new Measure(demand, reachability);
    const members = [...demand.to];
    this.#pods = members.filter(([index]) => index < subjects);
    this.#others = members.filter(([index]) => index >= subjects);
    this.#hosts = this.#others.filter(([, [first]]) => familyOf(first!) === undefined);
    if (this.#pods.length > WIDE) this.#wide = new WideTally(this.#pods, subjects, this.#measure);
    if (demand.kind === 'allow') this.#alternatives = new Alternatives(demand, MOST_FAULTS);
  }

  hear(view: RowView): void {
    const { source } = view.row;
    const sources = this.demand.from.get(source)!;
    if (this.#pods.length > 0) this.#hearPods(view, source, sources);
    if (this.#others.length === 0) return;
    if (source < this.#subjects) this.#hearOthers(view, source, sources);
    else this.#hearExempt(source, sources);
  }

  /** Tells of what was waiting for the last row. */
  close(): void {
    for (const { found, pairs } of this.#alternatives?.left() ?? []) {
      this.faulty += pairs;
      for (const one of found) this.#tell(one);
    }
  }

  #hearPods(view: RowView, source: number, sources: readonly Endpoint[]): void {
    const wide = this.#wide;
    const tally = wide?.of(view.row);
    const isAmongPods = familyOf(sources[0]!) === undefined;
    if (wide === undefined || !this.#isEnough(tally!, isAmongPods)) {
      this.#hearEach(this.#pods, view.pods, 0, source, sources);
      return;
    }
    const own = wide.weightOf(source);
    this.#count(tally!, wide.total - own, sources);
    if (own > 0) this.#hearOne(source, sources, source, this.#measure.of(view.reachOf(source)));
  }

  #hearOthers(view: RowView, source: number, sources: readonly Endpoint[]): void {
    const { others, othersLike } = view.row;
    const first = this.#subjects;
    if (this.#others.length > WIDE) {
      let tally = this.#ofOthers.get(othersLike);
      if (tally === undefined) this.#ofOthers.set(othersLike, (tally = this.#tallyOf(others)));
      if (this.#isEnough(tally, false)) {
        this.#count(tally, tally.total, sources);
        return;
      }
    }
    this.#hearEach(this.#others, others, first, source, sources);
  }

  #tallyOf(others: Int32Array): Tally & Pick<WideTally, 'total'> {
    let [total, faulty, sure] = [0, 0, 0];
    for (const [index, { length }] of this.#others) {
      const rank = this.#measure.rank(others[index - this.#subjects]!);
      total += length;
      if (rank !== FINE) faulty += length;
      if (rank === WRONG) sure += length;
    }
    return { total, faulty, sure };
  }

  /** Two ends that no policy selects: rows say nothing of them, and nobody asks of two addresses. */
  #hearExempt(source: number, sources: readonly Endpoint[]): void {
    const isOutside = familyOf(sources[0]!) !== undefined;
    const met = isOutside ? this.#hosts : this.#others;
    for (const [index, [first]] of met)
      this.#hearOne(source, sources, index, this.#measure.exempt(sources[0]!, first!));
  }

  /** Whether it is enough to count what is wrong: there is nothing, or nothing more to tell of. */
  #isEnough({ faulty, sure }: Tally, isAmongPods: boolean): boolean {
    if (faulty === 0) return true;
    if (this.#alternatives !== undefined && !isAmongPods) return false;
    if (this.faults.length < MOST_FAULTS) return false;
    return sure === 0 || this.faults[0]!.answer !== 'depends';
  }

  #count({ faulty }: Tally, destinations: number, { length }: readonly Endpoint[]): void {
    this.pairs += length * destinations;
    this.faulty += length * faulty;
  }

  /** Reach ids of the row, the first of which is of class `first`. */
  #hearEach(
    members: readonly Member[],
    reaches: Int32Array,
    first: number,
    source: number,
    sources: readonly Endpoint[],
  ): void {
    for (const [index, destinations] of members) {
      const reach = reaches[index - first]!;
      if (index !== source && this.#measure.rank(reach) === FINE)
        this.pairs += sources.length * destinations.length;
      else this.#hearOne(source, sources, index, this.#measure.of(reach));
    }
  }

  #hearOne(
    source: number,
    sources: readonly Endpoint[],
    index: number,
    finding: Finding | undefined,
  ): void {
    const met = meeting(sources, this.demand.to.get(index)!, source === index);
    this.pairs += met.pairs;
    if (met.pairs === 0 || finding === undefined) return;
    const sent = familyOf(met.to[0]!);
    const family = sent ?? familyOf(met.from[0]!);
    const found = { finding, meeting: met };
    if (this.#alternatives !== undefined && family !== undefined) {
      this.#alternatives.note(sent === undefined ? index : source, family, found);
      return;
    }
    this.faulty += met.pairs;
    this.#tell(found);
  }

  #tell({ finding, meeting: { from, to } }: Found): void {
    if (this.faults.length < MOST_FAULTS)
      this.faults.push({ demand: this.demand, from, to, ...finding });
    else if (rankOf(finding) === WRONG && this.faults[0]!.answer === 'depends')
      this.faults[0] = { demand: this.demand, from, to, ...finding };
  }
}
