import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';

/** A rule in neither API's words, so that it can be written in both. */
export interface PlainRule {
  readonly action: 'Accept' | 'Deny' | 'Pass';
  /** Peers are written alike in both. */
  readonly peers: readonly unknown[];
  readonly ports: readonly PlainPort[] | undefined;
}

type PlainPort =
  | { readonly protocol: 'TCP' | 'UDP' | 'SCTP'; readonly first: number; readonly last: number }
  | { readonly name: string };

/** A policy of one of the two tiers. */
export interface PlainPolicy {
  readonly name: string;
  readonly tier: 'Admin' | 'Baseline';
  readonly priority: number;
  readonly subject: unknown;
  readonly ingress: readonly PlainRule[];
  readonly egress: readonly PlainRule[];
}

/** A small cluster: everything but the policies of the tiers as objects. */
export interface PlainWorld {
  readonly objects: readonly unknown[];
  readonly policies: readonly PlainPolicy[];
}

/** The ends of every world, but for what may only be a destination. */
export const ENDS: readonly string[] = [
  'shop/web',
  'shop/db',
  'payments/api',
  'payments/agent',
  'monitoring/prometheus',
  'node/worker-1',
  '203.0.113.9',
];

/** What can only be connected to. */
export const DOMAINS: readonly string[] = ['domain/api.example.com', 'domain/www.example.org'];

/** What pods without an address get theirs from. */
export const POD_NETWORK: readonly string[] = ['10.244.0.0/16'];

const pick = <const T>(...values: readonly T[]): Arbitrary<T> => fc.constantFrom(...values);

const teams = pick({}, { matchLabels: { team: 'shop' } }, { matchLabels: { team: 'platform' } });
const apps = pick({}, { matchLabels: { app: 'web' } }, { matchLabels: { app: 'db' } });
const podPeer = fc.oneof(
  teams.map((namespaces) => ({ namespaces })),
  fc.record({ namespaceSelector: teams, podSelector: apps }).map((pods) => ({ pods })),
);
const addressPeer = fc.oneof(
  pick({}, { matchLabels: { role: 'edge' } }).map((nodes) => ({ nodes })),
  pick('0.0.0.0/0', '10.244.1.0/24', '10.0.0.0/8', '203.0.113.0/24').map((network) => ({
    networks: [network],
  })),
);
const namePeer = pick('api.example.com', '*.example.com').map((name) => ({ domainNames: [name] }));

const numbered: Arbitrary<PlainPort> = fc.record({
  protocol: pick('TCP', 'UDP', 'SCTP'),
  first: pick(53, 80),
  last: pick(80, 443),
});
const named: Arbitrary<PlainPort> = pick({ name: 'http' });
const some = <T>(items: Arbitrary<T>): Arbitrary<T[]> =>
  fc.array(items, { minLength: 1, maxLength: 2 });
const ports = (port: Arbitrary<PlainPort>): Arbitrary<readonly PlainPort[] | undefined> =>
  fc.option(some(port), { nil: undefined });

const action = pick('Accept', 'Deny', 'Pass');
const podRule: Arbitrary<PlainRule> = fc.record({
  action,
  peers: some(podPeer),
  ports: ports(fc.oneof(numbered, named)),
});
const addressRule: Arbitrary<PlainRule> = fc.record({
  action,
  peers: some(fc.oneof(podPeer, addressPeer)),
  ports: ports(numbered),
});
const nameRule: Arbitrary<PlainRule> = fc.record({
  action: pick('Accept'),
  peers: some(namePeer),
  ports: ports(numbered),
});

const policy: Arbitrary<PlainPolicy> = fc.record({
  name: pick('a', 'b', 'c', 'd', 'e', 'f'),
  tier: pick('Admin', 'Baseline'),
  priority: pick(1, 1, 2, 3),
  subject: fc.oneof(
    teams.map((namespaces) => ({ namespaces })),
    fc.record({ namespaceSelector: teams, podSelector: apps }).map((pods) => ({ pods })),
  ),
  ingress: fc.array(podRule, { maxLength: 3 }),
  egress: fc.array(fc.oneof(podRule, addressRule, nameRule), { maxLength: 3 }),
});

const networkPolicy = fc.record({
  apiVersion: fc.constant('networking.k8s.io/v1'),
  kind: fc.constant('NetworkPolicy'),
  metadata: fc.record({ namespace: pick('shop', 'payments'), name: pick('one', 'two') }),
  spec: fc.record({
    podSelector: apps,
    policyTypes: pick(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
    ingress: pick([], [{}], [{ from: [{ namespaceSelector: {} }] }]),
    egress: pick([], [{}], [{ to: [{ ipBlock: { cidr: '10.244.1.0/24' } }] }]),
  }),
});

function pod(namespace: string, name: string, more: object, ip: string | undefined): unknown {
  const containers = [{ name: 'main', ports: [{ name: 'http', containerPort: 80 }] }];
  const metadata = { namespace, name, labels: { app: name } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers, ...more },
    status: { podIP: ip },
  };
}

function base(ips: readonly (string | undefined)[]): unknown[] {
  const namespace = (name: string, team: string): unknown => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { team } },
  });
  return [
    namespace('shop', 'shop'),
    namespace('payments', 'payments'),
    namespace('monitoring', 'platform'),
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'worker-1', labels: { role: 'edge' } },
      status: { addresses: [{ type: 'InternalIP', address: '192.0.2.1' }] },
    },
    pod('shop', 'web', { nodeName: 'worker-1' }, ips[0]),
    pod('shop', 'db', {}, ips[1]),
    pod('payments', 'api', { nodeName: 'worker-2' }, undefined),
    pod('payments', 'agent', { hostNetwork: true }, undefined),
    pod('monitoring', 'prometheus', {}, undefined),
  ];
}

/** Small worlds in which most rules are for somebody. */
export const plainWorlds: Arbitrary<PlainWorld> = fc
  .record({
    ips: fc.tuple(pick(undefined, '10.244.1.5'), pick(undefined, '10.244.2.5')),
    networkPolicies: fc.array(networkPolicy, { maxLength: 2 }),
    policies: fc.uniqueArray(policy, { maxLength: 5, selector: ({ name }) => name }),
  })
  .map(({ ips, networkPolicies, policies }) => ({
    objects: [...base(ips), ...networkPolicies],
    policies,
  }));
