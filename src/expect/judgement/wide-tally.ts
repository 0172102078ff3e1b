import type { Difference } from '../../evaluate/map/reachability.ts';
import type { DestinationGroups, Template } from '../../evaluate/map/template.ts';
import type { Member } from '../who/members.ts';
import { FINE, WRONG } from './measure.ts';
import type { Measure } from './measure.ts';

/** Of the endpoints a source is to reach, or not: how many are not as they should be, and surely not. */
export interface Tally {
  readonly faulty: number;
  readonly sure: number;
}

/**
 * Counts what is wrong in the rows of many destinations: a template once, and then in each row only what
 * differs from it.
 */
export class WideTally {
  /** How many endpoints there are in all. */
  readonly total: number;
  readonly #members: readonly Member[];
  readonly #measure: Measure;
  /** By class of pods: how many of its endpoints are meant. */
  readonly #weights: Int32Array;
  readonly #ofTemplates = new Map<Template, Tally>();
  readonly #ofGroups = new Map<DestinationGroups, Int32Array>();

  constructor(members: readonly Member[], subjects: number, measure: Measure) {
    this.#members = members;
    this.#measure = measure;
    this.#weights = new Int32Array(subjects);
    let total = 0;
    for (const [index, endpoints] of members) total += this.#weights[index] = endpoints.length;
    this.total = total;
  }

  /** How many endpoints of a class of pods are meant. */
  weightOf(index: number): number {
    return this.#weights[index] ?? 0;
  }

  /** What is wrong in a row; the class of the source itself is left out. */
  of({ source, template, count, to, reaches }: Difference): Tally {
    const weights = this.#weights;
    const measure = this.#measure;
    const { groupOf } = template.groups;
    let { faulty, sure } = this.#ofTemplate(template);
    const own = this.weightOf(source);
    if (own > 0) {
      const rank = measure.rank(template.reaches[groupOf[source]!]!);
      if (rank !== FINE) faulty -= own;
      if (rank === WRONG) sure -= own;
    }
    for (let i = 0; i < count; i++) {
      const index = to[i]!;
      const weight = weights[index]!;
      if (weight === 0 || index === source) continue;
      const before = measure.rank(template.reaches[groupOf[index]!]!);
      const after = measure.rank(reaches[i]!);
      if (before === after) continue;
      if (before === FINE) faulty += weight;
      else if (after === FINE) faulty -= weight;
      if (before === WRONG) sure -= weight;
      else if (after === WRONG) sure += weight;
    }
    return { faulty, sure };
  }

  #ofTemplate(template: Template): Tally {
    let tally = this.#ofTemplates.get(template);
    if (tally === undefined) {
      let [faulty, sure] = [0, 0];
      this.#groups(template.groups).forEach((weight, group) => {
        if (weight === 0) return;
        const rank = this.#measure.rank(template.reaches[group]!);
        if (rank !== FINE) faulty += weight;
        if (rank === WRONG) sure += weight;
      });
      this.#ofTemplates.set(template, (tally = { faulty, sure }));
    }
    return tally;
  }

  /** By group of destinations: how many endpoints are meant. */
  #groups(groups: DestinationGroups): Int32Array {
    let weights = this.#ofGroups.get(groups);
    if (weights === undefined) {
      weights = new Int32Array(groups.district.length);
      for (const [index, { length }] of this.#members) weights[groups.groupOf[index]!]! += length;
      this.#ofGroups.set(groups, weights);
    }
    return weights;
  }
}
