import type { NetworkPolicy } from '../model/policy.ts';
import { portSetKey } from '../model/port-set.ts';
import type { Endpoint } from './endpoint.ts';
import type { Reach } from './grant.ts';
import { isSubjectOf } from './match.ts';
import { Reachability } from './reachability.ts';

/**
 * Tells for which pairs of classes a policy makes a difference: the pair's reach is not the same without
 * it. Works by evaluating the cluster without the policy, whose classes are never finer than with it.
 */
export function changedBy(
  reachability: Reachability,
  policy: NetworkPolicy,
): (fromClass: number, toClass: number) => boolean {
  const { cluster, classes } = reachability;
  const policies = cluster.policies.filter((one) => one !== policy);
  const without = new Reachability({ ...cluster, policies });
  // a policy says something only of pairs that have one of its subjects at an end
  const isSubject = classes.map(({ endpoints }) => isSubjectOf(policy, endpoints[0]!));
  const counterparts: number[] = [];
  const counterpart = (index: number): number =>
    (counterparts[index] ??= classWith(without, classes[index]!.endpoints[0]!));
  return (from, to) => {
    if (!isSubject[from] && !isSubject[to]) return false;
    const before = without.reach(without.pair(counterpart(from), counterpart(to)));
    return !same(before, reachability.reach(reachability.pair(from, to)));
  };
}

function classWith({ population }: Reachability, endpoint: Endpoint): number {
  const index = population.endpoints.findIndex((other) => holds(other, endpoint));
  return population.classOf[index]!;
}

/** Whether an endpoint of the coarser cluster is, or contains, one of the finer. */
function holds(coarse: Endpoint, fine: Endpoint): boolean {
  if (coarse.kind === 'workload') {
    return (
      fine.kind === 'workload' &&
      coarse.workload === fine.workload &&
      coarse.pods.includes(fine.pods[0]!)
    );
  }
  if (coarse.kind === 'node' || coarse.kind === 'domain') return coarse.id === fine.id;
  if (fine.kind !== 'addresses' || fine.family !== coarse.family) return false;
  const first = fine.bounds[0]!;
  return coarse.bounds.some(
    (low, i) => i % 2 === 0 && low <= first && first <= coarse.bounds[i + 1]!,
  );
}

function same(a: Reach, b: Reach): boolean {
  return (
    portSetKey(a.certain) === portSetKey(b.certain) &&
    portSetKey(a.depends) === portSetKey(b.depends)
  );
}
