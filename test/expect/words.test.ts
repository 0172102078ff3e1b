import { describe, expect, test } from 'vitest';
import { clusterIn } from '../report/sample.ts';
import { SHOP, statesOf, tryText } from './shop.ts';

/** Two namespaces of pods, a hostNetwork pod, a node: nothing isolates anybody. */
const OPEN = clusterIn(`
apiVersion: v1
kind: Namespace
metadata: { name: red, labels: { team: red } }
---
apiVersion: v1
kind: Pod
metadata: { name: web-1, namespace: red, labels: { app: web } }
spec: { containers: [{ name: a, ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web-2, namespace: red, labels: { app: web } }
spec: { containers: [{ name: a, ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: blue, labels: { app: db } }
spec: { containers: [{ name: a, ports: [{ containerPort: 5432 }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: agent, namespace: blue }
spec: { hostNetwork: true, containers: [{ name: a }] }
---
apiVersion: v1
kind: Node
metadata: { name: n1 }
status: { addresses: [{ type: InternalIP, address: 192.0.2.1 }] }
`);

/** The pairs that are open, of an expectation that nobody reaches anybody: who the words stand for. */
function pairsOf(from: string, to: string): string[] {
  const { judgements } = tryText(`deny: [{ from: ${from}, to: ${to}, ports: 80 }]`, OPEN);
  const [{ faults }] = judgements as [(typeof judgements)[0]];
  const short = (ids: readonly { readonly id: string }[]): string[] =>
    ids.map(({ id }) => id.replace('/Pod/', '/'));
  return faults
    .flatMap(({ from: sources, to: targets }) =>
      short(sources).flatMap((source) => short(targets).map((target) => `${source} ${target}`)),
    )
    .sort();
}

describe('words stand for', () => {
  test.each([
    ["'red/*'", 'blue/db', ['red/web-1 blue/db', 'red/web-2 blue/db']],
    ["'*/web-*'", 'blue/db', ['red/web-1 blue/db', 'red/web-2 blue/db']],
    ["'red/Pod/*'", 'blue/db', ['red/web-1 blue/db', 'red/web-2 blue/db']],
    ['red/web-1', "'*/*'", ['red/web-1 blue/db', 'red/web-1 red/web-2']],
    ['red/web-1', '{ namespaces: blue }', ['red/web-1 blue/db']],
    ['red/web-1', '{ namespaces: { team: red } }', ['red/web-1 red/web-2']],
    ['red/web-1', '{ labels: { app: [db, web] }, not: red/web-2 }', ['red/web-1 blue/db']],
    ['red/web-1', "{ in: 'red/*' }", ['red/web-1 red/web-2']],
    ['node/n1', 'blue/db', ['node/n1 blue/db']],
    ["'node/*'", 'blue/db', ['node/n1 blue/db']],
    ['blue/agent', 'blue/db', ['blue/agent blue/db']],
    ['198.51.100.0/24', 'blue/db', ['198.51.100.0-198.51.100.255 blue/db']],
    ['198.51.100.7', 'blue/db', ['198.51.100.7 blue/db']],
    ['[red/web-1, 198.51.100.7]', 'blue/db', ['198.51.100.7 blue/db', 'red/web-1 blue/db']],
  ])('%s → %s', (from, to, pairs) => {
    expect(pairsOf(from, to)).toEqual(pairs);
  });

  test('`any` is every pod and every address outside, and no node', () => {
    const sources = new Set(pairsOf('any', 'blue/db').map((pair) => pair.split(' ')[0]!));
    expect(sources).toContain('red/web-1');
    expect([...sources].some((one) => one.startsWith('0.0.0.0'))).toBe(true);
    expect([...sources].some((one) => one.startsWith('node/') || one === 'blue/agent')).toBe(false);
  });

  test('a pod is never its own stranger', () => {
    expect(pairsOf('blue/db', '{ namespaces: blue }')).toEqual([]);
  });
});

describe('ports', () => {
  test('allow without ports means those that are served', () => {
    expect(statesOf('allow: [{ from: shop/web, to: shop/api }]')).toEqual(['passed']);
    expect(statesOf('allow: [{ from: shop/web, to: shop/api, ports: all }]')).toEqual(['failed']);
  });

  test('deny without ports means any at all', () => {
    expect(statesOf('deny: [{ from: shop/web, to: shop/api }]')).toEqual(['failed']);
    expect(statesOf('deny: [{ from: shop/web, to: shop/api, ports: [22, icmp] }]')).toEqual([
      'passed',
    ]);
  });

  test('a Service turns its ports into those of its pods', () => {
    const cluster = clusterIn(`
apiVersion: v1
kind: Pod
metadata: { name: a, namespace: x }
spec: { containers: [{ name: a }] }
---
apiVersion: v1
kind: Pod
metadata: { name: b, namespace: x, labels: { app: b } }
spec: { containers: [{ name: b, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: b, namespace: x }
spec: { selector: { app: b }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: b, namespace: x }
spec:
  podSelector: { matchLabels: { app: b } }
  ingress: [{ ports: [{ port: 8080 }] }]
`);
    expect(statesOf('allow: [{ from: x/a, to: svc/x/b }]', cluster)).toEqual(['passed']);
    expect(statesOf('allow: [{ from: x/a, to: x/b, ports: 80 }]', cluster)).toEqual(['failed']);
  });
});

test('what is not known is told, and neither passed nor failed', () => {
  const text = 'allow: [{ from: kube-system/coredns, to: shop/web, ports: 6443 }]\n';
  const { judgements } = tryText(
    `${text}deny: [{ from: kube-system/coredns, to: shop/web, ports: 80 }]`,
  );
  expect(judgements.map(({ state }) => state)).toEqual(['failed', 'passed']);
  const own = tryText('deny: [{ from: kube-system/coredns, to: kube-system/coredns, ports: 53 }]');
  expect(own.judgements[0]!.state).toBe('depends');
  expect(own.judgements[0]!.faults[0]!.unknowns).toEqual(['pod-address']);
});

test('a DNS name is a destination, whether a policy knows it or not', () => {
  const text = `
allow:
  - { from: shop/web, to: domain/www.example.com, ports: 443 }
  - { from: shop/web, to: domain/other.example.com, ports: 443 }
  - { from: domain/www.example.com, to: shop/web, ports: 80 }
deny:
  - { from: shop/db, to: domain/*.example.com }
`;
  const policy = clusterIn(`
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: out }
spec:
  tier: Admin
  priority: 1
  subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: web } } } }
  egress:
    - { action: Accept, to: [{ domainNames: [www.example.com] }], protocols: [{ tcp: { destinationPort: { number: 443 } } }] }
`);
  const cluster = { ...SHOP, clusterPolicies: policy.clusterPolicies };
  expect(cluster.clusterPolicies).toHaveLength(1);
  const { judgements, problems } = tryText(text, cluster);
  expect(judgements.map(({ state }) => state)).toEqual(['passed', 'failed', 'broken', 'passed']);
  expect(problems).toEqual(['5:13: a DNS name is no source: connections come from addresses']);
});
