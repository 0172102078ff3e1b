import { clusterRulesOf } from '../../model/cluster-policy.ts';
import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Place } from '../../model/place.ts';
import { DIRECTIONS, rulesOf } from '../../model/policy.ts';
import type { Direction, NetworkPolicy } from '../../model/policy.ts';
import type { Reachability } from '../../evaluate/map/reachability.ts';
import { CoverageSearch } from './search.ts';
import { Seen, isolatingOf } from './seen.ts';
import type { Demand } from '../who/target.ts';

/** One thing a policy says: a rule, or (without `rule`) that its pods are isolated. */
export interface CoverageItem {
  readonly policy: NetworkPolicy | ClusterPolicy;
  readonly direction: Direction;
  /** Its number in its direction, from 0. */
  readonly rule: number | undefined;
  readonly place: Place;
  readonly exercised: boolean;
}

/** What of the policies the expectations exercise: a connection that they speak of was decided by it. */
export interface Coverage {
  readonly items: readonly CoverageItem[];
  /** Whether there were too many pairs to look at all: then more may be exercised than is told. */
  readonly isCut: boolean;
}

/** How much is looked at, about as many microseconds. */
export const MOST_WORK = 8_000_000;

/**
 * Finds out which rules, and which isolations, decide connections that the demands speak of; `map` is that
 * of the cluster, and the demands' classes are its classes.
 */
export function coverageOf(
  cluster: Cluster,
  map: Reachability,
  demands: readonly Demand[],
  mostWork = MOST_WORK,
): Coverage {
  const seen = new Seen();
  const search = new CoverageSearch(cluster, map, seen);
  let isCut = false;
  demands.forEach((demand, i) => {
    const own = (mostWork - search.work) / (demands.length - i);
    if (!search.look(demand, search.work + own)) isCut = true;
  });
  return { items: itemsOf(cluster, seen), isCut };
}

function itemsOf({ policies, clusterPolicies }: Cluster, seen: Seen): CoverageItem[] {
  const items: CoverageItem[] = [];
  for (const policy of policies) {
    for (const direction of DIRECTIONS) {
      if (!policy.isolates.includes(direction)) continue;
      const exercised = seen.has(isolatingOf(policy, direction));
      items.push({ policy, direction, rule: undefined, place: policy.place, exercised });
      rulesOf(policy, direction).forEach((rule, index) => {
        const { place } = rule;
        items.push({ policy, direction, rule: index, place, exercised: seen.has(rule) });
      });
    }
  }
  for (const policy of clusterPolicies) {
    for (const direction of DIRECTIONS) {
      clusterRulesOf(policy, direction).forEach((rule, index) => {
        const { place } = rule;
        items.push({ policy, direction, rule: index, place, exercised: seen.has(rule) });
      });
    }
  }
  return items;
}
