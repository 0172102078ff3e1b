import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapsOf } from '../../src/evaluate/difference/difference.ts';
import { PolicyDifference } from '../../src/evaluate/difference/policy-change.ts';
import type { AnyPolicy, Part, PolicyChange } from '../../src/evaluate/difference/policy-change.ts';
import type { Reachability } from '../../src/evaluate/map/reachability.ts';
import type { Endpoint } from '../../src/evaluate/verdict/endpoint.ts';
import { nodesOf } from '../../src/evaluate/verdict/match.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import type { NetworkPolicy } from '../../src/model/policy.ts';
import { formatPorts } from '../../src/model/port-set.ts';
import { clusterOf } from '../conformance/manifests.ts';
import { clusterPolicyObjects, clusterPolicyShape } from '../generators/cluster-policy.ts';
import { plausible, policyObjects } from '../generators/cluster.ts';
import { policyShape } from '../generators/policy.ts';
import { SEED } from '../generators/seed.ts';
import { wild } from '../generators/wild.ts';

const CASES = fc.record({
  world: fc.oneof(
    { weight: 4, arbitrary: plausible({ clusterPolicies: 3 }) },
    { weight: 2, arbitrary: wild() },
    {
      weight: 1,
      arbitrary: plausible({ minWorkloads: 30, workloads: 45, policies: 12, clusterPolicies: 5 }),
    },
  ),
  policy: policyShape('both'),
  clusterPolicy: clusterPolicyShape('both'),
  isOfCluster: fc.boolean(),
  at: fc.nat(20),
  what: fc.constantFrom('add', 'remove', 'replace'),
});

function changed(cluster: Cluster, { before, after }: PolicyChange): Cluster {
  const policies: NetworkPolicy[] = cluster.policies.filter((one) => one !== before);
  const clusterPolicies = cluster.clusterPolicies.filter((one) => one !== before);
  if (after?.kind === 'NetworkPolicy') policies.push(after);
  else if (after !== undefined) clusterPolicies.push(after);
  return { ...cluster, policies, clusterPolicies };
}

function namesDomains(policy: AnyPolicy): boolean {
  return (
    policy.kind !== 'NetworkPolicy' &&
    policy.egress.some(
      ({ peers }) => peers !== 'all' && peers.some(({ kind }) => kind === 'domains'),
    )
  );
}

/** The class of a map that holds an endpoint of a part. */
function classOf({ population }: Reachability, endpoint: Endpoint): number {
  const index = population.endpoints.findIndex((other) => {
    if (endpoint.kind === 'workload')
      return other.kind === 'workload' && other.pods.includes(endpoint.pods[0]!);
    if (endpoint.kind !== 'addresses' || other.kind !== 'addresses')
      return other.id === endpoint.id;
    const [low] = endpoint.bounds;
    return (
      other.family === endpoint.family &&
      other.bounds.some((from, i) => i % 2 === 0 && from <= low! && low! <= other.bounds[i + 1]!)
    );
  });
  return population.classOf[index]!;
}

/** Pods told apart may be known to share a node where all together are not: that is no change of theirs. */
function isPlacedAnew({ population }: Reachability, { endpoints }: Part): boolean {
  return endpoints.some((endpoint) => {
    if (endpoint.kind !== 'workload') return false;
    const whole = population.endpoints.find(
      (other) => other.kind === 'workload' && other.pods.includes(endpoint.pods[0]!),
    )!;
    return nodesOf(endpoint).size !== nodesOf(whole).size;
  });
}

function told(map: { reach: Reachability['reach'] }, id: number): string {
  const { certain, depends } = map.reach(id);
  return `${formatPorts(certain)}, perhaps ${formatPorts(depends)}`;
}

test('one policy changes what two whole maps say it does', { timeout: 120_000 }, () => {
  const property = fc.property(CASES, ({ world, policy, clusterPolicy, at, what, isOfCluster }) => {
    const cluster = clusterOf(world);
    const written = isOfCluster ? clusterPolicyObjects([clusterPolicy]) : policyObjects([policy]);
    const read = clusterOf({ objects: written });
    const [fresh] = isOfCluster ? read.clusterPolicies : read.policies;
    const all = isOfCluster ? cluster.clusterPolicies : cluster.policies;
    const before = what === 'add' ? undefined : all[at % Math.max(1, all.length)];
    // a name that only the new policy knows is no end of the map
    const after = what === 'remove' || namesDomains(fresh!) ? undefined : fresh;
    const change: PolicyChange = { ...(before && { before }), ...(after && { after }) };
    const next = changed(cluster, change);
    const { old, new: current } = mapsOf(cluster, next);
    const difference = new PolicyDifference(old, change);
    const visited = new Map<string, [number, number]>();
    difference.forEachPair((from, to, was, is) => {
      const key = `${from.index} ${to.index}`;
      if (visited.has(key)) throw new Error(`${key} is visited twice`);
      visited.set(key, [was, is]);
    });
    const places = difference.parts.map(({ endpoints }) => [
      classOf(old, endpoints.at(-1)!),
      classOf(current, endpoints.at(-1)!),
    ]);
    const reachOf = (map: Reachability, side: 0 | 1, from: Part, to: Part): string =>
      told(map, map.pair(places[from.index]![side]!, places[to.index]![side]!));
    for (const from of difference.parts) {
      for (const to of difference.parts) {
        if (from === to && !from.hasTwo) continue;
        if ([from, to].some((part) => [old, current].some((map) => isPlacedAnew(map, part))))
          continue;
        const pair = visited.get(`${from.index} ${to.index}`);
        const wanted = [reachOf(old, 0, from, to), reachOf(current, 1, from, to)];
        const said = pair?.map((id) => told(difference, id)) ?? [wanted[0], wanted[0]];
        expect(said, `${from.endpoints[0]!.id} to ${to.endpoints[0]!.id}`).toEqual(wanted);
      }
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 300 });
});
