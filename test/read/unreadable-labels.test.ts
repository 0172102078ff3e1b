/** Labels the API server would refuse: a subject's requirement on one holds, a peer's fails (D8). */
import { describe, expect, test } from 'vitest';
import { Reachability } from '../../src/evaluate/map/reachability.ts';
import type { WorkloadEndpoint } from '../../src/evaluate/verdict/endpoint.ts';
import { evaluate } from '../../src/evaluate/verdict/verdict.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { hasPort } from '../../src/model/port-set.ts';
import { holds, isUnreadable, selects, UNREADABLE } from '../../src/model/selector.ts';
import type { Labels, Operator } from '../../src/model/selector.ts';
import { workloadId } from '../../src/model/workload.ts';
import { read } from './reading.ts';

const LABELS: Labels = { app: 'a', [UNREADABLE]: new Set(['version']) };
const NOT_A_MAP: Labels = { app: 'a', [UNREADABLE]: 'all' };

describe('one requirement', () => {
  const operators: [Operator, string[]][] = [
    ['In', ['1']],
    ['NotIn', ['1']],
    ['Exists', []],
    ['DoesNotExist', []],
  ];
  test.each(operators)('%s', (operator, values) => {
    for (const labels of [LABELS, NOT_A_MAP]) {
      const unreadable = { key: 'version', operator, values };
      expect(holds(unreadable, labels, true)).toBe(true);
      expect(holds(unreadable, labels, false)).toBe(false);
      const readable = { key: 'app', operator, values: values.map(() => 'a') };
      const positive = operator === 'In' || operator === 'Exists';
      for (const role of [true, false]) expect(holds(readable, labels, role)).toBe(positive);
    }
  });

  test('a key that is not there is absent, unless no label can be read', () => {
    const absent = { key: 'tier', operator: 'DoesNotExist', values: [] } as const;
    expect(holds(absent, LABELS, false)).toBe(true);
    expect(holds(absent, NOT_A_MAP, false)).toBe(false);
    expect(isUnreadable(LABELS, 'tier')).toBe(false);
    expect(isUnreadable({}, 'constructor')).toBe(false);
  });

  test('the empty selector asks for no label', () => {
    for (const role of [true, false]) expect(selects([], NOT_A_MAP, role)).toBe(true);
  });
});

const pod = (name: string, labels: string): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: x, labels: ${labels}}\n`;
const policy = (name: string, spec: string): string =>
  `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: x}\nspec: {${spec}}\n`;

function endpoint({ workloads }: Cluster, name: string): WorkloadEndpoint {
  const workload = workloads.find((one) => one.name === name)!;
  return { kind: 'workload', id: workloadId(workload), workload, pods: workload.pods };
}

/** What the engine says of a pair, after the map has said the same. */
function answer(cluster: Cluster, from: string, to: string): string {
  const ends = { from: endpoint(cluster, from), to: endpoint(cluster, to) };
  const { answer } = evaluate(cluster, { ...ends, port: { protocol: 'TCP', number: 80 } });
  const map = new Reachability(cluster);
  const { endpoints, classOf } = map.population;
  const classAt = (end: WorkloadEndpoint): number =>
    classOf[endpoints.findIndex(({ id }) => id === end.id)]!;
  const { certain } = map.reach(map.pair(classAt(ends.from), classAt(ends.to)));
  expect(hasPort(certain, 'TCP', 80)).toBe(answer === 'allowed');
  return answer;
}

/** Labels of which `version` cannot be read, and how. */
const BROKEN = [
  '{app: a, version: 1}',
  '{app: a, version: "a b"}',
  '{app: a, version: null}',
  '{app: a, version: [1]}',
  '[app, a]',
  'app=a',
];

describe.each(BROKEN)('labels: %s', (labels) => {
  test.each([
    '{matchLabels: {version: "1"}}',
    '{matchExpressions: [{key: version, operator: DoesNotExist}]}',
  ])('a policy with podSelector %s isolates the pod', (selector) => {
    const text = pod('a', labels) + pod('b', '{}') + policy('p', `podSelector: ${selector}`);
    expect(answer(read(text), 'b', 'a')).toBe('denied');
  });

  test.each([
    '{matchLabels: {version: "1"}}',
    '{matchExpressions: [{key: version, operator: NotIn, values: ["2"]}]}',
    '{matchExpressions: [{key: version, operator: DoesNotExist}]}',
  ])('a peer with podSelector %s does not match the pod', (selector) => {
    const rule = `podSelector: {matchLabels: {app: b}}, ingress: [{from: [{podSelector: ${selector}}]}]`;
    const text = pod('a', labels) + pod('b', '{app: b}') + policy('p', rule);
    expect(answer(read(text), 'a', 'b')).toBe('denied');
    const wide = text.replace('podSelector: {match', 'namespaceSelector: {}, podSelector: {match');
    expect(answer(read(wide), 'a', 'b')).toBe('denied');
  });
});

test('a pod of a template is no different', () => {
  const text = `apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: x}
spec:
  template:
    metadata: {labels: {version: 1}}
    spec: {containers: []}
${pod('b', '{}')}${policy('p', 'podSelector: {matchLabels: {version: "2"}}')}`;
  expect(answer(read(text), 'b', 'a')).toBe('denied');
});

describe('a namespace', () => {
  const select = (selector: string): string =>
    policy(
      'p',
      `podSelector: {matchLabels: {app: b}}, ingress: [{from: [{namespaceSelector: ${selector}}]}]`,
    );
  const world = (labels: string, selector: string): Cluster =>
    read(
      `apiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: ${labels}}\n${pod('a', '{}')}${pod('b', '{app: b}')}${select(selector)}`,
    );

  test.each(['{team: 1}', '[team]'])(
    'whose labels are %s matches no peer that asks for it',
    (labels) => {
      for (const selector of [
        '{matchLabels: {team: "1"}}',
        '{matchExpressions: [{key: team, operator: NotIn, values: [b]}]}',
        '{matchExpressions: [{key: team, operator: DoesNotExist}]}',
      ]) {
        expect(answer(world(labels, selector), 'a', 'b')).toBe('denied');
      }
    },
  );

  test('keeps its name as a label', () => {
    const cluster = world('[team]', '{matchLabels: {kubernetes.io/metadata.name: x}}');
    expect(answer(cluster, 'a', 'b')).toBe('allowed');
  });
});
