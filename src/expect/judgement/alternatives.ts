import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Family } from '../../model/address.ts';
import type { Demand } from '../who/target.ts';
import { FINE, WRONG, rankOf } from './measure.ts';
import type { Finding } from './measure.ts';
import type { Meeting } from './meeting.ts';

/** Something that is not as a demand would have it, and where. */
export interface Found {
  readonly finding: Finding;
  readonly meeting: Meeting;
}

/** What is wrong with one family's part of the outside, to or from one class. */
interface Outside {
  worst: number;
  /** How many pairs it is. */
  pairs: number;
  /** The first, and the first that is sure. */
  readonly found: Found[];
}

/**
 * What is wrong between classes and the outside, of those who must reach it or be reached from it. Families
 * are alternatives (D1): it is enough that all of one family is as it should be.
 */
export class Alternatives {
  readonly #demand: Demand;
  readonly #most: number;
  readonly #byClass = new Map<number, Map<Family, Outside>>();

  /** `most`: how many findings are told of at the most. */
  constructor(demand: Demand, most: number) {
    this.#demand = demand;
    this.#most = most;
  }

  /** Notes what is wrong between a class and an address of the family. */
  note(index: number, family: Family, found: Found): void {
    let families = this.#byClass.get(index);
    if (families === undefined) this.#byClass.set(index, (families = new Map()));
    let outside = families.get(family);
    if (outside === undefined)
      families.set(family, (outside = { worst: FINE, pairs: 0, found: [] }));
    const rank = rankOf(found.finding);
    outside.pairs += found.meeting.pairs;
    if (outside.found.length < this.#most || (rank === WRONG && outside.worst !== WRONG))
      outside.found.push(found);
    outside.worst = Math.max(outside.worst, rank);
  }

  /** What is wrong in the end: for each class, in the family that is best there. */
  *left(): Generator<Omit<Outside, 'worst'>> {
    const { from, to } = this.#demand;
    const [sent, received] = [familiesAmong(to), familiesAmong(from)];
    const positions = new Map([...to.keys()].map((index, at) => [index, at]));
    const isSource = (index: number): boolean => sent.length > 0 && from.has(index);
    // the order in which rows speak of them: sources first, then who is only a destination
    const ordered = [...this.#byClass].sort(
      ([a], [b]) =>
        Number(isSource(b)) - Number(isSource(a)) ||
        (isSource(a) ? a - b : positions.get(a)! - positions.get(b)!),
    );
    for (const [index, families] of ordered) {
      const all = new Set([
        ...(isSource(index) ? sent : []),
        ...(positions.has(index) ? received : []),
      ]);
      const ranks = [...all].map((family) => families.get(family)?.worst ?? FINE);
      const best = [...all][ranks.indexOf(Math.min(...ranks))]!;
      const outside = families.get(best);
      if (outside !== undefined) yield outside;
    }
  }
}

/** The family of an address of the outside. */
export function familyOf(endpoint: Endpoint): Family | undefined {
  return endpoint.kind === 'addresses' ? endpoint.family : undefined;
}

/** The families of the outside that members are of, in their order. */
function familiesAmong(members: Demand['to']): readonly Family[] {
  const families = new Set([...members.values()].map(([first]) => familyOf(first!)));
  return [...families].filter((family) => family !== undefined);
}
