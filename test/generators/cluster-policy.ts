import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { adminPolicy, baselinePolicy, clusterPolicy } from '../spec/tier-object.ts';
import type { PlainPolicy, PlainRule } from '../spec/tier-world.ts';
import type { Families } from './pod.ts';
import {
  BLOCKS,
  DOMAIN_ENTRIES,
  PORTS,
  PORT_NAMES,
  PROTOCOLS,
  namespaceSelector,
  nodeSelector,
  podSelector,
} from './vocabulary.ts';

/** A generated policy of the tiers around NetworkPolicy; its name comes later. */
export interface ClusterPolicyShape {
  /** Whether it is written as v1alpha1 has it, where that can say it. */
  readonly isOld: boolean;
  readonly policy: Omit<PlainPolicy, 'name'>;
}

/** Valid policies of both tiers. */
export function clusterPolicyShape(families: Families): Arbitrary<ClusterPolicyShape> {
  return fc.record({
    isOld: fc.integer({ min: 0, max: 3 }).map((n) => n === 3),
    policy: fc.record({
      tier: fc.constantFrom('Admin', 'Admin', 'Baseline'),
      priority: fc.constantFrom(1, 1, 2, 50),
      subject: labelPeer,
      ingress: fc.array(podRule, { maxLength: 2 }),
      egress: fc.array(fc.oneof(podRule, addressRule(families), nameRule), { maxLength: 3 }),
    }),
  });
}

const labelPeer: Arbitrary<object> = fc.oneof(
  namespaceSelector.map((namespaces) => ({ namespaces })),
  fc.record({ namespaceSelector, podSelector }).map((pods) => ({ pods })),
);

function addressPeer(families: Families): Arbitrary<object> {
  const blocks = BLOCKS.map(([cidr]) => cidr).filter(
    (cidr) => families === 'both' || !cidr.includes(':'),
  );
  const networks = fc.uniqueArray(fc.constantFrom(...blocks), { minLength: 1, maxLength: 2 });
  return fc.oneof(
    { weight: 1, arbitrary: nodeSelector.map((nodes) => ({ nodes })) },
    { weight: 3, arbitrary: networks.map((own) => ({ networks: own })) },
  );
}

const namePeer: Arbitrary<object> = fc
  .uniqueArray(fc.constantFrom(...DOMAIN_ENTRIES), { minLength: 1, maxLength: 2 })
  .map((domainNames) => ({ domainNames }));

type Port = NonNullable<PlainRule['ports']>[number];

const numberedPort: Arbitrary<Port> = fc
  .record({
    protocol: fc.constantFrom(...PROTOCOLS),
    first: fc.constantFrom(...PORTS),
    length: fc.constantFrom(0, 0, 1, 30, 8000),
  })
  .map(({ protocol, first, length }) => ({
    protocol,
    first,
    last: Math.min(first + length, 65535),
  }));

const namedPort: Arbitrary<Port> = fc.constantFrom(...PORT_NAMES).map((name) => ({ name }));

function some<T>(items: Arbitrary<T>): Arbitrary<T[]> {
  return fc.array(items, { minLength: 1, maxLength: 2 });
}

/** Half of the rules are for every port. */
function portsOf(port: Arbitrary<Port>): Arbitrary<readonly Port[] | undefined> {
  return fc.option(some(port), { nil: undefined, freq: 2 });
}

const action = fc.constantFrom('Accept', 'Deny', 'Pass');

const podRule: Arbitrary<PlainRule> = fc.record({
  action,
  peers: some(labelPeer),
  ports: portsOf(fc.oneof(numberedPort, namedPort)),
});

function addressRule(families: Families): Arbitrary<PlainRule> {
  return fc.record({
    action,
    peers: some(fc.oneof(labelPeer, addressPeer(families))),
    ports: portsOf(numberedPort),
  });
}

const nameRule: Arbitrary<PlainRule> = fc.record({
  action: fc.constant('Accept' as const),
  peers: some(fc.oneof(labelPeer, namePeer)),
  ports: portsOf(numberedPort),
});

/** The policies as objects, named `c1`, `c2` …; one BaselineAdminNetworkPolicy at most, which is `default`. */
export function clusterPolicyObjects(shapes: readonly ClusterPolicyShape[]): object[] {
  let hasBaseline = false;
  return shapes.map(({ isOld, policy }, i) => {
    const named = { ...policy, name: `c${i + 1}` };
    if (isOld && policy.tier === 'Admin') return adminPolicy(named) as object;
    if (!isOld || hasBaseline || !isForBaseline(named)) return clusterPolicy(named) as object;
    hasBaseline = true;
    return baselinePolicy(named) as object;
  });
}

/** Whether a BaselineAdminNetworkPolicy can say it: it does not pass, and knows no names. */
function isForBaseline({ ingress, egress }: PlainPolicy): boolean {
  return [...ingress, ...egress].every(
    ({ action: own, peers }) =>
      own !== 'Pass' && peers.every((peer) => !('domainNames' in (peer as object))),
  );
}
