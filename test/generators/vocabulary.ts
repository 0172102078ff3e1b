/**
 * The few words generated clusters are made of. Few, so that selectors hit, blocks hold addresses and
 * port names resolve: in a large vocabulary every policy would miss everything.
 *
 * @module
 */
import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';

export const NAMESPACES = ['x', 'y', 'z'] as const;

export const NODES = ['n1', 'n2', 'n3'] as const;

/** Labels of pods: each key absent or one of its values; the empty value is a value (S6). */
const POD_LABELS: Readonly<Record<string, readonly string[]>> = {
  app: ['a', 'b', 'c'],
  tier: ['front', 'back', ''],
  constructor: ['on'], // a key that every plain JavaScript object seems to have
};

/** Labels of namespaces. */
const NAMESPACE_LABELS: Readonly<Record<string, readonly string[]>> = {
  team: ['red', 'blue'],
  env: ['prod', 'test'],
};

/** Labels of nodes. */
const NODE_LABELS: Readonly<Record<string, readonly string[]>> = {
  zone: ['a', 'b'],
  role: ['edge', ''],
};

/** The label every namespace has; written down, it may lie, and nobody believes it (D10). */
const NAME_LABEL = { 'kubernetes.io/metadata.name': NAMESPACES };

export const PORT_NAMES = ['http', 'dns'] as const;

export const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

/** Numbers that containers serve and policies name. */
export const PORTS = [80, 53, 8080, 65535, 1] as const;

/** The number of a pod's address, 1 to 8, as its address in each family. */
export const podAddress = {
  IPv4: (n: number): string => `10.244.${n > 4 ? 1 : 0}.${n}`,
  IPv6: (n: number): string => `fd00:244::${n}`,
};

/** Blocks, each with smaller ones inside it, around the addresses of pods, nodes and the outside. */
export const BLOCKS: readonly (readonly [cidr: string, inside: readonly string[]])[] = [
  ['0.0.0.0/0', ['10.244.0.0/16', '10.244.0.0/24', '192.0.2.0/24', '10.244.0.1/32', '0.0.0.0/1']],
  ['10.244.0.0/16', ['10.244.0.0/24', '10.244.0.1/32', '10.244.1.0/24', '10.244.0.2/31']],
  ['10.244.0.0/24', ['10.244.0.1/32', '10.244.0.2/31', '10.244.0.0/30']],
  ['10.244.0.0/30', ['10.244.0.0/31']],
  ['10.244.0.1/32', []],
  ['10.0.0.0/8', ['10.244.0.0/16', '10.128.0.0/9']],
  ['192.0.2.0/24', ['192.0.2.1/32', '192.0.2.2/31']],
  ['192.0.2.1/32', []],
  ['203.0.113.0/24', ['203.0.113.128/25']],
  ['128.0.0.0/1', ['192.0.2.0/24']],
  ['::/0', ['fd00:244::/64', '2001:db8::/32', 'fd00:244::1/128']],
  ['fd00:244::/64', ['fd00:244::1/128', 'fd00:244::2/127']],
  ['fd00:244::1/128', []],
  ['2001:db8:1::/48', ['2001:db8:1::1/128']],
];

/** What `domainNames` may hold: names, names below names, and one of the cluster's own. */
export const DOMAIN_ENTRIES: readonly string[] = [
  'example.com',
  'api.example.com',
  '*.example.com',
  '*.api.example.com',
  'WWW.Example.org.',
  'db.x.svc.cluster.local',
  '*.cluster.local',
];

/** What `--pod-cidr` may be; undefined when nobody said. */
export const POD_NETWORKS: readonly (readonly string[] | undefined)[] = [
  undefined,
  ['10.244.0.0/16'],
  ['10.244.0.0/16', 'fd00:244::/64'],
  ['fd00:244::/64'],
  ['10.244.0.0/24', '10.244.1.0/24'],
];

/** Some of the labels a pod may have. */
export const podLabels: Arbitrary<Record<string, string>> = labelsOf(POD_LABELS, [4, 2, 1]);

/** Some of the labels a namespace may have. */
export const namespaceLabels: Arbitrary<Record<string, string>> = labelsOf(
  { ...NAMESPACE_LABELS, ...NAME_LABEL },
  [3, 2, 1],
);

/** Some of the labels a node may have. */
export const nodeLabels: Arbitrary<Record<string, string>> = labelsOf(NODE_LABELS, [3, 2]);

/** Selectors over node labels. */
export const nodeSelector: Arbitrary<object> = selectorOf(NODE_LABELS);

/** Selectors over pod labels; all four operators. */
export const podSelector: Arbitrary<object> = selectorOf(POD_LABELS);

/** Selectors over namespace labels and the label every namespace has (S15). */
export const namespaceSelector: Arbitrary<object> = selectorOf({
  ...NAMESPACE_LABELS,
  ...NAME_LABEL,
});

/** Each key is there in `weights` of five cases. */
function labelsOf(
  vocabulary: Readonly<Record<string, readonly string[]>>,
  weights: readonly number[],
): Arbitrary<Record<string, string>> {
  const choices = Object.entries(vocabulary).map(([key, values], i) =>
    fc.oneof(
      { weight: 5 - weights[i]!, arbitrary: fc.constant([]) },
      { weight: weights[i]!, arbitrary: fc.constantFrom(...values).map((value) => [[key, value]]) },
    ),
  );
  return fc.tuple(...choices).map((entries) => Object.fromEntries(entries.flat()));
}

function selectorOf(vocabulary: Readonly<Record<string, readonly string[]>>): Arbitrary<object> {
  const requirement = fc.oneof(
    ...Object.entries(vocabulary).map(([key, values]) => requirementOn(key, values)),
  );
  const oneLabel = fc.oneof(
    ...Object.entries(vocabulary).map(([key, values]) =>
      fc.constantFrom(...values).map((value) => ({ [key]: value })),
    ),
  );
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 5, arbitrary: oneLabel.map((matchLabels) => ({ matchLabels })) },
    {
      weight: 4,
      arbitrary: fc
        .array(requirement, { minLength: 1, maxLength: 2 })
        .map((matchExpressions) => ({ matchExpressions })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(oneLabel, requirement)
        .map(([matchLabels, one]) => ({ matchLabels, matchExpressions: [one] })),
    },
  );
}

function requirementOn(key: string, values: readonly string[]): Arbitrary<object> {
  const some = fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });
  return fc.oneof(
    some.map((chosen) => ({ key, operator: 'In', values: chosen })),
    some.map((chosen) => ({ key, operator: 'NotIn', values: chosen })),
    fc.constant({ key, operator: 'Exists' }),
    fc.constant({ key, operator: 'DoesNotExist' }),
  );
}
