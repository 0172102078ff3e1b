import type { AnyPolicy } from '../../evaluate/difference/policy-change.ts';
import type { Cluster } from '../../model/cluster.ts';
import { clusterPolicyChanges } from './cluster-policy-changes.ts';
import type { Change, Mutant } from './mutant.ts';
import { policyChanges } from './policy-changes.ts';

/** Every single change to a policy of the cluster, in the order of the policies. */
export function mutantsOf({ policies, clusterPolicies }: Cluster): Mutant[] {
  return [
    ...policies.flatMap((policy) => mutantsBy(policy, policyChanges(policy))),
    ...clusterPolicies.flatMap((policy) =>
      mutantsBy(policy, clusterPolicyChanges(policy, clusterPolicies)),
    ),
  ];
}

function mutantsBy<Policy extends AnyPolicy>(
  policy: Policy,
  changes: Iterable<Change<Policy>>,
): Mutant[] {
  return Array.from(changes, ({ what, place, became }) => {
    const change = { before: policy, ...(became && { after: became }) };
    return { policy, what, place, change };
  });
}

/** Some of the mutants, the same for the same seed, in their order; all when there are no more. */
export function sampleOf<T>(all: readonly T[], most: number, seed: number): readonly T[] {
  if (all.length <= most) return all;
  const order = all.map((_, i) => i);
  const random = randomFrom(seed);
  for (let i = 0; i < most; i++) {
    const k = i + Math.floor(random() * (order.length - i));
    [order[i], order[k]] = [order[k]!, order[i]!];
  }
  return order
    .slice(0, most)
    .sort((a, b) => a - b)
    .map((i) => all[i]!);
}

/** Numbers from 0 to below 1 that look like chance (mulberry32): no clock and no luck in a pure folder. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
