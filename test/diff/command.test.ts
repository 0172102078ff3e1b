import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { sluice } from '../cli-console.ts';
import { diff, from, manifest, pod, policy } from './inputs.ts';

const PODS = [pod('web'), pod('api'), pod('db')];
const DB = policy('db', 'db', `ingress: [${from('api', 3306)}]`);
const SHOP = manifest(...PODS, DB);

describe('what means the same is the same', () => {
  test.each([
    ['in another order', manifest(DB, ...[...PODS].reverse())],
    [
      'with comments',
      `# about\n${SHOP.replace('kind: NetworkPolicy', 'kind: NetworkPolicy # of the db')}`,
    ],
    ['with the defaults spelt out', SHOP.replace('ingress:', 'policyTypes: [Ingress], ingress:')],
    [
      'with a Service',
      manifest(SHOP, 'apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\n'),
    ],
    ['with a label that nobody asks for', SHOP.replace('app: web}', 'app: web, version: v2}')],
    ['with a policy that says it again', manifest(SHOP, DB.replace('name: db,', 'name: again,'))],
    [
      'with the policy split in two',
      manifest(
        ...PODS,
        policy('db', 'db', 'ingress: []'),
        policy('db-2', 'db', `ingress: [${from('api', 3306)}]`),
      ),
    ],
  ])('%s', async (_, text) => {
    const { code, stdout } = await diff(SHOP, text);
    expect(stdout).toMatch(/^no connection changes\n/);
    expect(code).toBe(0);
  });
});

const CHANGES: readonly [what: string, old: string, current: string, told: string][] = [
  [
    'a rule more',
    SHOP,
    manifest(...PODS, policy('db', 'db', `ingress: [${from('api', 3306)}, ${from('web', 3306)}]`)),
    `1 connection opened

NetworkPolicy shop/db changed  new.yaml:16
  opened  shop/web  →  shop/db  TCP 3306  line 19
`,
  ],
  [
    'another port',
    SHOP,
    SHOP.replace('3306', '5432'),
    `1 connection with other ports

NetworkPolicy shop/db changed  new.yaml:16
  changed  shop/api  →  shop/db  TCP 3306 → TCP 5432  line 19, was old.yaml:19
`,
  ],
  [
    'a policy less',
    SHOP,
    manifest(...PODS),
    `2 connections opened, 1 widened

NetworkPolicy shop/db removed  old.yaml:16
  widened  shop/api            →  shop/db  TCP 3306 → all ports
  opened   shop/web, internet  →  shop/db  all ports
`,
  ],
  [
    'a label of a pod',
    SHOP,
    SHOP.replace('labels: {app: api}', 'labels: {app: backend}'),
    `1 connection closed

pod labels of Pod shop/api changed (app: api → backend)  new.yaml:6
  closed  shop/api  →  shop/db  TCP 3306
`,
  ],
  [
    'a label of a namespace',
    manifest(
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: red}}\n',
      ...PODS,
      policy('db', 'db', 'ingress: [{from: [{namespaceSelector: {matchLabels: {team: red}}}]}]'),
    ),
    manifest(
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: blue}}\n',
      ...PODS,
      policy('db', 'db', 'ingress: [{from: [{namespaceSelector: {matchLabels: {team: red}}}]}]'),
    ),
    `2 connections closed

labels of Namespace shop changed (team: red → blue)  new.yaml:1
  closed  shop/*  →  shop/db  all ports
`,
  ],
  [
    'the number behind a port name',
    manifest(...PODS, policy('db', 'db', `ingress: [${from('api', 'http')}]`)),
    manifest(
      ...PODS.slice(0, 2),
      PODS[2]!.replace('containerPort: 80', 'containerPort: 8080'),
      policy('db', 'db', `ingress: [${from('api', 'http')}]`),
    ),
    `1 connection with other ports

ports of Pod shop/db changed  new.yaml:11
  changed  shop/api  →  shop/db  TCP 80 → TCP 8080
`,
  ],
  [
    'both sides of a connection',
    manifest(...PODS, policy('web', 'web', 'policyTypes: [Egress]'), DB),
    manifest(
      ...PODS,
      policy(
        'web',
        'web',
        'egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 3306}]}], policyTypes: [Egress]',
      ),
      policy('db', 'db', `ingress: [${from('api', 3306)}, ${from('web', 3306)}]`),
    ),
    `1 connection opened

NetworkPolicy shop/web changed  new.yaml:16
and NetworkPolicy shop/db changed  new.yaml:21
  opened  shop/web  →  shop/db  TCP 3306  new.yaml:19, new.yaml:24
`,
  ],
  [
    'a pod that came, and one that went',
    manifest(PODS[0]!, PODS[2]!, DB),
    manifest(PODS[1]!, PODS[2]!, DB),
    `no connection changes; 1 Pod added; 1 Pod removed

added: shop/api (Pod, new.yaml:1)
    everything  →  shop/api  all ports
    shop/api    →  internet  all ports
    shop/api    →  shop/db   TCP 3306

removed: shop/web (Pod, old.yaml:1)
    everything  →  shop/web  all ports
    shop/web    →  internet  all ports
`,
  ],
  [
    'a policy of a tier before',
    SHOP,
    manifest(
      SHOP,
      `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: no-web}
spec:
  tier: Admin
  priority: 5
  subject: {namespaces: {}}
  ingress:
    - {action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}]}
`,
    ),
    `1 connection closed

ClusterNetworkPolicy no-web added  new.yaml:21
  closed  shop/web  →  shop/api  all ports  line 29
`,
  ],
  [
    'a name that only one side knows',
    manifest(...PODS, policy('web', 'web', 'policyTypes: [Egress]')),
    manifest(
      ...PODS,
      policy('web', 'web', 'policyTypes: [Egress]'),
      `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: names}
spec:
  tier: Admin
  priority: 5
  subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}
  egress: [{action: Accept, to: [{domainNames: [api.example.com]}]}]
`,
    ),
    `2 connections opened

ClusterNetworkPolicy names added  new.yaml:21
  opened  shop/web  →  domain/api.example.com  all ports          line 28
  opened  shop/web  →  internet                perhaps all ports  line 28
`,
  ],
];

test.each(CHANGES)('%s', async (_, old, current, told) => {
  const { code, stdout } = await diff(old, current);
  expect(stdout.replace(/ +$/gm, '')).toBe(told);
  expect(code).toBe(1);
});

test('csv and yaml say what json says', async () => {
  const current = manifest(...PODS);
  const json = JSON.parse((await diff(SHOP, current, '-o', 'json')).stdout) as object;
  const yaml = load((await diff(SHOP, current, '-o', 'yaml')).stdout) as object;
  const placeless = (value: unknown): string =>
    JSON.stringify(value).replaceAll(/"[^"]*(?:old|new)\.yaml"/g, '"file"');
  expect(placeless(yaml)).toBe(placeless(json));
  expect((await diff(SHOP, SHOP.replace('3306', '5432'), '-o', 'csv')).stdout).toBe(
    `change,from,to,before,after,causes
changed,shop/Pod/api,shop/Pod/db,TCP 3306,TCP 5432,NetworkPolicy shop/db changed
`,
  );
});

test('a rollout changes nothing: other pods, other nodes, other addresses', async () => {
  const running = (pods: readonly string[], node: string, net: number): string =>
    manifest(
      ...pods.map(
        (name, i) => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  labels: {app: web}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: x, controller: true}]
spec: {nodeName: ${node}, containers: [{name: main, image: i}]}
status: {podIPs: [{ip: 10.244.${net}.${i + 1}}]}
`,
      ),
      pod('api'),
      policy('api', 'api', `ingress: [${from('web', 80)}]`),
    );
  const { code, stdout } = await diff(
    running(['web-a', 'web-b'], 'n1', 1),
    running(['web-c'], 'n2', 2),
  );
  expect([code, stdout]).toEqual([0, 'no connection changes\n']);
});

describe('narrowed', () => {
  test.each([
    [['--from', 'shop/web'], /^1 connection opened\n/],
    [['--to', 'shop/web'], /^no connection changes\n/],
    [['--port', '3306'], /^2 connections opened\n/],
    [['--port', '80'], /^2 connections opened, 1 |^3 connections opened/],
    [['--by', 'namespace'], /shop +→ +shop/],
  ])('%s', async (words, told) => {
    expect((await diff(SHOP, manifest(...PODS), ...words)).stdout).toMatch(told);
  });

  test('what came or went counts only if it is asked about', async () => {
    const more = manifest(SHOP, pod('cache'));
    const ask = async (...words: string[]): Promise<[number, string]> => {
      const { code, stdout } = await diff(SHOP, more, ...words);
      return [code, stdout.split('\n')[0]!];
    };
    expect(await ask()).toEqual([1, 'no connection changes; 1 Pod added']);
    expect(await ask('--to', 'shop/db')).toEqual([0, 'no connection changes']);
    expect(await ask('--to', 'shop/cache')).toEqual([1, 'no connection changes; 1 Pod added']);
  });

  test.each([
    [['--from', 'shop/nobody'], /there is no `shop\/nobody`/],
    [['--port', 'x'], /not a port/],
  ])('%s is refused', async (words, told) => {
    const { code, stderr } = await diff(SHOP, SHOP, ...words);
    expect([code, stderr]).toEqual([2, expect.stringMatching(told)]);
  });
});

test('what both have in common comes by -f, and standard input is one of the two', async () => {
  const words = [
    'diff',
    'examples/lessons/06-and/policy.yaml',
    '-',
    '-f',
    'examples/lessons/06-and/workloads.yaml',
  ];
  const { code, stdout } = await sluice(
    words,
    DB.replaceAll('shop', 'data').replace('app: db', 'role: db'),
  );
  expect(stdout).toMatch(/^NetworkPolicy data\/db added {2}\S*stdin\S*:1$/m);
  expect(code).toBe(1);
  const both = await sluice(['diff', '-', '-']);
  expect([both.code, both.stderr]).toEqual([2, expect.stringMatching(/only one of OLD and NEW/)]);
});

test('problems that hide part of the answer are told, and the rest is compared', async () => {
  const broken = SHOP.replace('port: 3306', 'port: 99999');
  const { code, stdout, stderr } = await diff(SHOP, broken);
  expect(stdout).toContain('closed  shop/api  →  shop/db  TCP 3306');
  expect(stderr).toMatch(/^new\.yaml:\d+:\d+: error: /);
  expect(code).toBe(3);
});

test('names from manifests cannot break out of a comment', async () => {
  const odd = SHOP.replaceAll('name: db', 'name: "d|b</summary>@team`"');
  const { stdout } = await diff(odd, manifest(...PODS), '-o', 'markdown');
  expect(stdout).not.toMatch(/\| shop\/d\|b|b<\/summary>|@team/);
});
