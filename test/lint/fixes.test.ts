import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { differenceOf, mapsOf } from '../../src/evaluate/difference/difference.ts';
import { Reachability } from '../../src/evaluate/map/reachability.ts';
import type { Finding } from '../../src/lint/fixes/finding.ts';
import { lint } from '../../src/lint/run/lint.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import { readCases } from './case-file.ts';

const EXAMPLES = new URL('../../examples/', import.meta.url).pathname;
const CASES = new URL('cases/', import.meta.url).pathname;

function example(folder: string): Source[] {
  return readdirSync(EXAMPLES + folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => new Source(file, readFileSync(`${EXAMPLES}${folder}/${file}`, 'utf8')));
}

function findingsOf(sources: readonly Source[], code: string): Finding[] {
  const cluster = readCluster(sources);
  expect(cluster.problems.filter(({ severity }) => severity !== 'info')).toEqual([]);
  return lint(cluster, new Reachability(cluster)).findings.filter((one) => one.code === code);
}

/** A policy of its own for the rules of a fix: policies add up, so that is as good as in the old one. */
function policyWith(namespace: string, podSelector: string, section: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: fix, namespace: ${namespace}}
spec:
  podSelector: ${podSelector}
  policyTypes: [Ingress]
  ${section}:
`;
}

function indented(manifest: string, spaces: number): string {
  return manifest.replaceAll(/^(?=.)/gm, ' '.repeat(spaces));
}

test('the policy for DNS is applied as it is, and names can be looked up', () => {
  const sources = example('lessons/10-internal-without-dns');
  const [finding] = findingsOf(sources, 'dns-unreachable');
  const fixed = [...sources, new Source('fix.yaml', finding!.fix!.manifest!)];
  expect(findingsOf(fixed, 'dns-unreachable')).toEqual([]);
  expect(findingsOf(fixed, 'dns-without-tcp')).toEqual([]);
});

const DNS_CASES = readCases(`${CASES}dns-unreachable.yaml`).filter((one) => one.suppressed === 0);

test.each(DNS_CASES.map((one) => [one.title, one] as const))('DNS: %s', (_, { manifests }) => {
  const sources = [new Source('case.yaml', manifests)];
  const before = findingsOf(sources, 'dns-unreachable');
  const policies = before.flatMap(({ fix }) =>
    fix?.manifest?.startsWith('apiVersion') ? [new Source('fix.yaml', fix.manifest)] : [],
  );
  if (policies.length === 0) return;
  expect(findingsOf([...sources, ...policies], 'dns-unreachable')).toEqual([]);
});

test('the rule for the other side lets the connection in', () => {
  const sources = example('microservices');
  const [finding] = findingsOf(sources, 'one-side-only');
  const { summary, manifest } = finding!.fix!;
  expect(summary).toMatch(/^add this ingress rule to NetworkPolicy `messaging\/rabbitmq` \(/);
  const rules = indented(manifest!, 4);
  const text = policyWith('messaging', '{matchLabels: {app: rabbitmq}}', 'ingress') + rules;
  expect(findingsOf([...sources, new Source('fix.yaml', text)], 'one-side-only')).toEqual([]);
});

/** A client let out to a database that a policy for all pods of its namespace isolates. */
const ISOLATED_TOGETHER = `---
{apiVersion: v1, kind: Pod, metadata: {name: client, namespace: shop, labels: {app: client}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: data, labels: {app: db}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: cache, namespace: data, labels: {app: cache}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: data}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: client, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}]
      ports: [{port: 5432}, {protocol: UDP, port: 1, endPort: 9}]
`;

test('where no policy is for just these pods, the missing rule comes with its own', () => {
  const sources = [new Source('case.yaml', ISOLATED_TOGETHER)];
  const [finding] = findingsOf(sources, 'one-side-only');
  const { summary, manifest } = finding!.fix!;
  expect(summary).toBe('add this policy');
  expect(manifest).toContain('name: allow-client\n  namespace: data');
  const fixed = [...sources, new Source('fix.yaml', manifest!)];
  expect(findingsOf(fixed, 'one-side-only')).toEqual([]);
});

test('a policy with its types written is the policy it was, but for ingress', () => {
  const sources = example('lessons/16-policy-types');
  const [finding] = findingsOf(sources, 'ingress-by-default');
  const fixed = [...sources, new Source('fix.yaml', finding!.fix!.manifest!)];
  const cluster = readCluster(fixed);
  expect(cluster.problems.map(({ code }) => code)).toEqual(['duplicate-object']);
  const two = cluster.policies.find(({ name }) => name === 'two')!;
  expect(two.isolates).toEqual(['egress']);
  expect(two.egress).toHaveLength(1);
});

test('elements to write instead are those elements', () => {
  const [port] = findingsOf(example('microservices'), 'service-port');
  expect(port!.fix).toEqual({
    summary: 'write `port: 8000`, or `port: http`',
    manifest: '- protocol: TCP\n  port: 8000\n',
  });
  const [peer] = findingsOf(example('microservices'), 'and-meant');
  expect(peer!.fix!.manifest).toBe(
    `- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: observability
  podSelector:
    matchLabels:
      app: grafana
`,
  );
});

test('the rule for a proxy that is not let in lets it in', () => {
  const [{ manifests } = { manifests: '' }] = readCases(`${CASES}ingress-blocked.yaml`);
  const sources = [new Source('case.yaml', manifests)];
  const [finding] = findingsOf(sources, 'ingress-blocked');
  const rule = indented(finding!.fix!.manifest!, 2);
  const text = policyWith('shop', '{matchLabels: {app: web}}', 'ingress') + rule;
  expect(findingsOf([...sources, new Source('fix.yaml', text)], 'ingress-blocked')).toEqual([]);
});

/** What `lint` proposes in a file of cases, with the code. */
function proposals(code: string): { title: string; manifests: string; fix: string }[] {
  return readCases(`${CASES}${code}.yaml`).flatMap(({ title, manifests, suppressed }) => {
    if (suppressed > 0) return [];
    const found = findingsOf([new Source('case.yaml', manifests)], code);
    return found.flatMap(({ fix }) =>
      fix?.manifest ? [{ title, manifests, fix: fix.manifest }] : [],
    );
  });
}

/** Whether two inputs have the same map: no connection changed, as `diff` would say. */
function changes(before: string, after: string): number {
  const clusters = [before, after].map((text) => readCluster([new Source('case.yaml', text)]));
  for (const { problems } of clusters)
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return differenceOf(mapsOf(clusters[0]!, clusters[1]!)).changed.length;
}

const DEFAULT_DENIES = proposals('no-default-deny').map((one) => [one.title, one] as const);

test.each(DEFAULT_DENIES)('default deny: %s', (_, { manifests, fix }) => {
  expect(changes(manifests, `${manifests}\n---\n${fix}`)).toBe(0);
  const fixed = [new Source('case.yaml', `${manifests}\n---\n${fix}`)];
  expect(findingsOf(fixed, 'no-default-deny')).toEqual([]);
});

test('a policy of a kind that was replaced is read back as it was, and changes nothing', () => {
  const [{ manifests } = { manifests: '' }] = readCases(`${CASES}old-policy-kind.yaml`);
  const fixes = proposals('old-policy-kind').map(({ fix }) => fix);
  expect(fixes).toHaveLength(2);
  const rest = manifests
    .split('---')
    .filter((document) => !document.includes('AdminNetworkPolicy'))
    .join('---');
  const migrated = [rest, ...fixes].join('\n---\n');
  expect(changes(manifests, migrated)).toBe(0);
  const cluster = readCluster([new Source('case.yaml', migrated)]);
  expect(cluster.problems).toEqual([]);
  expect(cluster.clusterPolicies.map(({ kind, tier, priority }) => [kind, tier, priority])).toEqual(
    [
      ['ClusterNetworkPolicy', 'Admin', 10],
      ['ClusterNetworkPolicy', 'Baseline', 1000],
    ],
  );
});

test('a tighter peer changes nothing between pods', () => {
  const [one] = readCases(`${CASES}peer-too-wide.yaml`);
  const [first, second] = proposals('peer-too-wide').map(({ fix }) => fix);
  expect(first).toContain('kubernetes.io/metadata.name: ops');
  expect(second).toBe('- podSelector:\n    matchLabels:\n      app: api\n');
  const wide = one!.manifests;
  const lines = wide.split('\n');
  const tight = lines
    .flatMap((line) => {
      if (line.includes('app: prom}}}')) return indented(first!, 8).trimEnd().split('\n');
      return line.includes('app: api}}}') ? indented(second!, 8).trimEnd().split('\n') : [line];
    })
    .join('\n');
  expect(changes(wide, tight)).toBe(0);
});

test('a priority of its own settles which of two policies comes first', () => {
  const { manifests } = readCases(`${CASES}equal-priorities.yaml`)[1]!;
  const [finding] = findingsOf([new Source('case.yaml', manifests)], 'equal-priorities');
  expect(finding!.fix!.summary).toBe('write `priority: 51` if it is meant to come second');
  const settled = manifests.replace(/(name":"b"[^]*?priority: )50/, '$151');
  expect(changes(manifests, settled)).toBe(0);
  expect(findingsOf([new Source('case.yaml', settled)], 'equal-priorities')).toEqual([]);
});

/** What `lint` finds in a file of cases and fixes by an element of a list, which has its line to itself. */
const ELEMENTS = [
  'peer-too-wide',
  'service-port',
  'service-address',
  'named-port-unserved',
].flatMap((code) =>
  readCases(`${CASES}${code}.yaml`).flatMap(({ title, manifests }) => {
    const lines = manifests.split('\n');
    return findingsOf([new Source('case.yaml', manifests)], code).flatMap((finding) => {
      const { place, fix, subject } = finding;
      const line = lines[place.line - 1]!;
      const isAlone = /^ *- /.test(line) && !/(?:action|from|to): ?/.test(line.split('#')[0]!);
      if (fix?.manifest === undefined || !isAlone) return [];
      const fixed = lines.with(place.line - 1, indented(fix.manifest, line.search(/\S/)).trimEnd());
      return [{ name: `${code}: ${subject}, ${title}`, code, finding, manifests, fixed }];
    });
  }),
);

test.each(ELEMENTS.map((one) => [one.name, one] as const))(
  'an element as the fix says, %s',
  (_, { code, finding, manifests, fixed }) => {
    const text = fixed.join('\n');
    const left = findingsOf([new Source('case.yaml', text)], code);
    expect(left.filter(({ place }) => place.line === finding.place.line)).toEqual([]);
    if (code === 'peer-too-wide') expect(changes(manifests, text)).toBe(0);
  },
);

test('there are such fixes for every tier', () => {
  const kinds = ELEMENTS.map(({ code, finding }) => `${code} ${finding.subject.split(' ', 1)[0]}`);
  expect([...new Set(kinds)].toSorted()).toEqual([
    'named-port-unserved AdminNetworkPolicy',
    'peer-too-wide ClusterNetworkPolicy',
    'peer-too-wide NetworkPolicy',
    'service-address ClusterNetworkPolicy',
    'service-address NetworkPolicy',
    'service-port AdminNetworkPolicy',
    'service-port ClusterNetworkPolicy',
    'service-port NetworkPolicy',
  ]);
});
