import { expect, test } from 'vitest';
import { answerOf, readText } from './reading.ts';

const PODS = `apiVersion: v1
kind: Pod
metadata: {namespace: x, name: a, labels: {app: a}}
---
apiVersion: v1
kind: Pod
metadata: {namespace: x, name: b, labels: {app: b}}
---
`;

// namespace and selectors stand in brackets: no part of them is a whole of its own
const YAML = `${PODS}apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: x, name: deny}
spec:
  podSelector: {matchLabels: {app: a}}
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector:
        matchExpressions:
        - {key: app, operator: In, values: [c, "d"]}
      namespaceSelector: {}
    - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
    ports:
    - port: 8080
      endPort: 9090
    - protocol: UDP
      port: 'dns'
`;

const JSON_TEXT = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'x', name: 'a' } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'x', name: 'b' } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { namespace: 'x', name: 'deny' },
      spec: {
        podSelector: {},
        ingress: [{ from: [{ podSelector: { matchLabels: { a: 'c' } } }] }],
      },
    },
  ],
});

test.each([
  ['YAML', YAML, PODS.length],
  ['JSON', JSON_TEXT, 1],
])('%s cut off anywhere opens nothing without a word', (_, text, from) => {
  expect(answerOf(readText(text).cluster)).toBe('denied');
  for (let end = from + 1; end < text.length; end++) {
    const cut = text.slice(0, end);
    const { cluster, problems } = readText(cut);
    if (answerOf(cluster) === 'allowed') expect(problems, cut).not.toEqual([]);
    for (const { place } of problems) {
      expect(place.offset, cut).toBeLessThanOrEqual(cut.length);
      expect(place.line, cut).toBeGreaterThan(0);
    }
  }
});
