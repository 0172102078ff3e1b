import { clusterRulesOf, inTier } from '../../model/cluster-policy.ts';
import type { ClusterPolicy, ClusterRule, ClusterTier } from '../../model/cluster-policy.ts';
import type { Direction } from '../../model/policy.ts';

/** The tiers around NetworkPolicy, in the order in which they are asked. */
export const TIERS: readonly ClusterTier[] = ['Admin', 'Baseline'];

/** A cluster policy, and where its rules are among those of all: from `first` up to, not including, `end`. */
export interface Placed {
  readonly policy: ClusterPolicy;
  readonly first: number;
  readonly end: number;
}

/** The cluster policies that have rules in one direction, in the order in which they are asked (C6). */
export interface PlacedPolicies {
  readonly direction: Direction;
  /** The rules of all of them, in order. */
  readonly rules: readonly ClusterRule[];
  /** By number of the policy. */
  readonly places: readonly Placed[];
}

/** Puts the policies in order; those without a rule in the direction are left out. */
export function placedPolicies(
  policies: readonly ClusterPolicy[],
  direction: Direction,
): PlacedPolicies {
  const rules: ClusterRule[] = [];
  const places: Placed[] = [];
  for (const tier of TIERS) {
    for (const policy of inTier(policies, tier)) {
      const first = rules.length;
      rules.push(...clusterRulesOf(policy, direction));
      if (rules.length > first) places.push({ policy, first, end: rules.length });
    }
  }
  return { direction, rules, places };
}

/** A policy, by its number, together with whether it surely selects some classes or only may. */
export type Item = number;

const SURE = 1;

/** The item of a policy, by its number. */
export function itemOf(policy: number, surely: boolean): Item {
  return policy * 2 + (surely ? SURE : 0);
}

/** The place of an item's policy. */
export function placeOf({ places }: PlacedPolicies, item: Item): Placed {
  return places[item >>> 1]!;
}

/** Whether an item's policy surely selects, and all of its subject can be read (decision D22). */
export function isSure(policies: PlacedPolicies, item: Item): boolean {
  return (item & SURE) !== 0 && placeOf(policies, item).policy.isSure;
}
