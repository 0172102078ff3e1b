import { describe, expect, test } from 'vitest';
import { tryText } from './shop.ts';

/** A test as netassert v2 writes it. */
function entry(fields: string): string {
  return `- name: a-test
  type: k8s
  protocol: tcp
  targetPort: 3306
  timeoutSeconds: 67
  attempts: 3
  exitCode: 0
  src:
    k8sResource: { kind: deployment, name: api, namespace: shop }
  dst:
    k8sResource: { kind: statefulset, name: db, namespace: shop }
${fields}`;
}

describe('netassert v2 test files', () => {
  test('exit code 0 must pass, any other must not', () => {
    const { judgements, problems } = tryText(`---
- name: api-to-db
  type: k8s
  protocol: tcp
  targetPort: 3306
  timeoutSeconds: 67
  attempts: 3
  exitCode: 0
  src:
    k8sResource: # this is type endpoint
      kind: deployment
      name: api
      namespace: shop
  dst:
    k8sResource:
      kind: statefulset
      name: db
      namespace: shop
######
- name: web-to-db
  type: k8s
  targetPort: 3306
  exitCode: 1
  src: { k8sResource: { kind: deployment, name: web, namespace: shop } }
  dst: { k8sResource: { kind: statefulset, name: db, namespace: shop } }
- name: web-asks-names
  type: k8s
  protocol: udp
  targetPort: 53
  exitCode: 0
  src: { k8sResource: { kind: deployment, name: web, namespace: shop } }
  dst: { k8sResource: { kind: deployment, name: coredns, namespace: kube-system } }
- name: dns-to-resolver
  type: k8s
  protocol: tcp
  targetPort: 53
  exitCode: 0
  src: { k8sResource: { kind: deployment, name: coredns, namespace: kube-system } }
  dst: { host: { name: 192.168.10.2 } }
- name: web-to-resolver
  type: k8s
  protocol: tcp
  targetPort: 53
  exitCode: 0
  src: { k8sResource: { kind: deployment, name: web, namespace: shop } }
  dst: { host: { name: 192.168.10.2 } }
`);
    expect(problems).toEqual([]);
    const told = judgements.map(({ expectation, state }) => `${expectation.title}: ${state}`);
    expect(told).toEqual([
      'api-to-db: passed',
      'web-to-db: passed',
      'web-asks-names: passed',
      'dns-to-resolver: passed',
      'web-to-resolver: failed',
    ]);
  });

  test.each([
    [
      entry('').replace('name: db', 'name: dbb'),
      '11:18: there is no `shop/StatefulSet/dbb` in the input: did you mean `shop/StatefulSet/db`?',
    ],
    [
      entry('').replace('statefulset', 'statefulest'),
      '11:20: netassert knows no kind the text `statefulest`: did you mean `statefulset`?',
    ],
    [
      entry('').replace('protocol: tcp', 'protocol: icmp'),
      '3:3: `protocol` must be `tcp` or `udp`',
    ],
    [
      entry('').replace('targetPort: 3306', 'targetPort: 0'),
      '4:3: `targetPort` must be a port from 1 to 65535',
    ],
    [
      entry('').replace('type: k8s', 'type: host'),
      '2:3: `type` must be `k8s`, the only one netassert v2 has',
    ],
    [
      entry('').replace('k8sResource: { kind: dep', 'host: { kind: dep'),
      '9:5: unknown field `host`: `src` of a netassert test has `k8sResource`',
    ],
  ])('what is wrong is told', (text, problem) => {
    expect(tryText(text).problems).toEqual([problem]);
  });
});
