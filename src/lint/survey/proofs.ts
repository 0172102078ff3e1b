import { PolicyDifference } from '../../evaluate/difference/policy-change.ts';
import type { Part, PolicyChange } from '../../evaluate/difference/policy-change.ts';
import type { Reachability } from '../../evaluate/map/reachability.ts';

/** What all proofs together may look at, in ends: a large cluster of 10,000 leaves room for a few. */
const MOST_ENDS = 60_000;
/** A change of a policy of the other tiers is asked of every pair of a subject and an end; so many cost as one look. */
const PAIRS_PER_END = 50;

/** A pair of ends whose answer a change changes. */
export interface ChangedPair {
  readonly from: Part;
  readonly to: Part;
}

/**
 * Asks the engine what a change of one policy would change. Each proof looks at every end, so that in a large
 * cluster only so many are made; rules that need more of them say so.
 */
export class Proofs {
  readonly #map: Reachability;
  #left = MOST_ENDS;

  constructor(map: Reachability) {
    this.#map = map;
  }

  /** The pairs that a change changes; undefined when it would take too long to find out. */
  changes(change: PolicyChange): readonly ChangedPair[] | undefined {
    if (!this.affords(this.#costOf(change))) return undefined;
    const pairs: ChangedPair[] = [];
    new PolicyDifference(this.#map, change).forEachPair((from, to) => pairs.push({ from, to }));
    return pairs;
  }

  /** Whether a change changes no answer; undefined when it would take too long to find out. */
  isWithoutEffect(change: PolicyChange): boolean | undefined {
    const pairs = this.changes(change);
    return pairs && pairs.length === 0;
  }

  /** Whether so many ends may still be looked at; then they count as looked at. */
  affords(ends: number): boolean {
    if (ends > this.#left) return false;
    this.#left -= ends;
    return true;
  }

  #costOf({ before, after }: PolicyChange): number {
    const { endpoints, subjects } = this.#map.population;
    const policy = before ?? after;
    if (policy === undefined || policy.kind === 'NetworkPolicy') return endpoints.length;
    return endpoints.length + (endpoints.length * subjects) / PAIRS_PER_END;
  }
}
