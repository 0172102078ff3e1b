import { expect, test } from 'vitest';
import { portRange } from '../../src/model/port-set.ts';
import { clusterIn, example, reachText } from './sample.ts';

const THREE_TIER = example('three-tier');
const BECAUSE =
  "a block of addresses decides and the pod's is not known; give --pod-cidr, or pods with status.podIPs";

/** The text without the indentation of the code around it. */
function lines(text: string): string {
  const body = text.replace(/^\n/, '').replace(/ *$/, '');
  const indent = /^ */.exec(body)![0];
  return body.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}

test('the table of a small cluster has few lines that say everything', () => {
  expect(reachText(THREE_TIER)).toBe(
    lines(`
      FROM                            TO                   PORTS
      internet                     →  shop/web             TCP 80
      kube-system/coredns          →  192.168.10.2         TCP 53; UDP 53
                                   →  192.168.10.10        TCP 6443
                                   →  kube-system/coredns  TCP 53; UDP 53, depends *
      shop/api                     →  shop/db              TCP 3306
      shop/api, shop/db, shop/web  →  kube-system/coredns  TCP 53; UDP 53
      shop/web                     →  shop/api             TCP 5000

      * ${BECAUSE}
      4 workloads, 6 policies: 5 of 15 pairs of workloads connected, 1 more perhaps: it depends on what the input does not tell
    `),
  );
});

test('a table is broken after commas to fit the terminal', () => {
  expect(reachText(example('lessons/05-db-policy'), { width: 70 })).toBe(
    lines(`
      FROM                            TO                           PORTS
      internet                     →  data/api-pod, prod/api-pod,  all ports
                                      prod/web-pod,
                                      staging/api-pod
      data/api-pod (open)          →  data/db                      TCP 3306
      data/api-pod, data/db,       →  data/api-pod, prod/api-pod,  all ports
      prod/api-pod, prod/web-pod,     prod/web-pod,
      staging/api-pod (open)          staging/api-pod, internet

      5 workloads, 1 policy: 17 of 20 pairs of workloads connected
      open, no policy isolates them for ingress: data/api-pod, prod/api-pod, prod/web-pod, staging/api-pod
    `),
  );
});

test('colours add nothing but escape sequences', () => {
  for (const name of ['three-tier', 'microservices', 'lessons/17-both-sides']) {
    const plain = reachText(example(name));
    const coloured = reachText(example(name), { colour: true });
    expect(coloured).not.toBe(plain);
    expect(coloured.replaceAll(/\p{Cc}\[\d+m/gu, '')).toBe(plain);
  }
});

test('by namespace, the table says what some pairs may', () => {
  expect(reachText(THREE_TIER, { grouping: { by: 'namespace' } })).toBe(
    lines(`
      FROM            TO           PORTS
      (outside)    →  shop         TCP 80 (some pairs)
      kube-system  →  (outside)    TCP 53, 6443; UDP 53 (some pairs)
                   →  kube-system  TCP 53; UDP 53, depends *
      shop         →  kube-system  TCP 53; UDP 53
                   →  shop         TCP 3306, 5000 (some pairs)

      * ${BECAUSE}
      3 groups, 4 workloads, 6 policies: 4 of 9 pairs of groups connected, 1 more perhaps: it depends on what the input does not tell
    `),
  );
});

test('a filter by port shows that port alone', () => {
  const text = reachText(THREE_TIER, { ports: portRange('TCP', 3306, 5000) });
  expect(text).toContain('shop/api  →  shop/db   TCP 3306\nshop/web  →  shop/api  TCP 5000\n\n');
  expect(text).not.toContain('coredns');
});

test('a filter by source leaves its rows', () => {
  const source = ({ id }: { id: string }): boolean => id === 'shop/Deployment/web';
  const json = JSON.parse(reachText(THREE_TIER, { source, format: 'json' }));
  expect(json.connections.map((one: { from: number[] }) => one.from)).toEqual([[3], [3]]);
});

test('a filter that divides a class numbers the parts apart', () => {
  const pods = ['a', 'b', 'c'].map(
    (name) => `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {containers: []}}`,
  );
  const cluster = clusterIn(pods.join('\n---\n'));
  const source = ({ id }: { id: string }): boolean => id === 'default/Pod/b';
  const destination = ({ kind }: { kind: string }): boolean => kind === 'workload';
  const json = JSON.parse(reachText(cluster, { source, destination, format: 'json' }));
  const classes = json.endpoints.map((one: { id: string; class: number }) => [one.id, one.class]);
  expect(Object.fromEntries(classes)).toMatchObject({
    'default/Pod/a': 0,
    'default/Pod/c': 0,
    'default/Pod/b': 3,
  });
  expect(json.connections).toEqual([{ from: [3], to: [0], certainty: 'allowed', ports: 'all' }]);
});

test('many single pods that all reach one another take few numbers, and no pair with itself', () => {
  const pods = Array.from(
    { length: 40 },
    (_, i) =>
      `{apiVersion: v1, kind: Pod, metadata: {name: p${i}, labels: {n: "${i}"}}, spec: {containers: []}}`,
  );
  const policies = pods.map(
    (_, i) =>
      `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p${i}}, spec: {podSelector: {matchLabels: {n: "${i}"}}, ingress: [{}]}}`,
  );
  const json = JSON.parse(
    reachText(clusterIn([...pods, ...policies].join('\n---\n')), { format: 'json' }),
  );
  const numbers = json.connections.flatMap((one: { from: number[]; to: number[] }) => [
    ...one.from,
    ...one.to,
  ]);
  expect(numbers.length).toBeLessThan(40 * 20);
  for (const { from, to } of json.connections)
    expect(from.filter((one: number) => to.includes(one))).toEqual([]);
});

test('json has an item a line', () => {
  const text = reachText(THREE_TIER, { format: 'json' });
  const because = JSON.stringify(BECAUSE);
  expect(text.slice(text.indexOf('  "connections"'))).toBe(
    `  "connections": [
    {"from":[0],"to":[2],"certainty":"allowed","ports":[{"protocol":"TCP","ranges":[[3306,3306]]}]},
    {"from":[1],"to":[5],"certainty":"allowed","ports":[{"protocol":"TCP","ranges":[[53,53]]},{"protocol":"UDP","ranges":[[53,53]]}]},
    {"from":[1],"to":[6],"certainty":"allowed","ports":[{"protocol":"TCP","ranges":[[6443,6443]]}]},
    {"from":[1],"to":[1],"certainty":"depends","ports":[{"protocol":"TCP","ranges":[[53,53]]},{"protocol":"UDP","ranges":[[53,53]]}],"because":${because}},
    {"from":[0,2,3],"to":[1],"certainty":"allowed","ports":[{"protocol":"TCP","ranges":[[53,53]]},{"protocol":"UDP","ranges":[[53,53]]}]},
    {"from":[3],"to":[0],"certainty":"allowed","ports":[{"protocol":"TCP","ranges":[[5000,5000]]}]},
    {"from":[4,5,6,7],"to":[3],"certainty":"allowed","ports":[{"protocol":"TCP","ranges":[[80,80]]}]}
  ],
  "problems": []
}
`,
  );
  const web = JSON.parse(text).endpoints.find((one: { class: number }) => one.class === 3);
  expect(web).toEqual({
    id: 'shop/Deployment/web',
    kind: 'workload',
    namespace: 'shop',
    workload: { kind: 'Deployment', name: 'web' },
    pods: 3,
    addresses: [],
    class: 3,
  });
});

test('json by label has groups for endpoints', () => {
  const grouping = { by: 'label', key: 'app' } as const;
  const json = JSON.parse(reachText(THREE_TIER, { format: 'json', grouping }));
  expect(json.by).toBe('label=app');
  expect(json.groups).toEqual([
    { id: 'api', endpoints: 1 },
    { id: 'db', endpoints: 1 },
    { id: 'web', endpoints: 1 },
    { id: '(no app)', endpoints: 1 },
    { id: '(outside)', endpoints: 6 },
  ]);
  expect(json.connections).toContainEqual({
    from: ['web'],
    to: ['api'],
    certainty: 'allowed',
    ports: [{ protocol: 'TCP', ranges: [[5000, 5000]] }],
    pairs: 'all',
  });
});

test('all protocols but one are not all ports', () => {
  const cluster = clusterIn(`
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: []}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec: {podSelector: {}, ingress: [{ports: [{protocol: TCP}, {protocol: UDP}]}]}
`);
  const json = JSON.parse(reachText(cluster, { format: 'json' }));
  expect(json.connections[1]).toMatchObject({
    to: [0],
    ports: [
      { protocol: 'TCP', ranges: [[1, 65_535]] },
      { protocol: 'UDP', ranges: [[1, 65_535]] },
    ],
  });
  expect(reachText(cluster, { format: 'csv' })).toContain('allowed,TCP,all,\n');
});

test('markdown is a matrix when small', () => {
  expect(reachText(THREE_TIER, { format: 'markdown' })).toBe(
    lines(`
      | from ↓ to → | 192.168.10.2 | 192.168.10.10 | kube-system/coredns | shop/api | shop/db | shop/web |
      | --- | --- | --- | --- | --- | --- | --- |
      | **internet except 192.168.10.2, 192.168.10.10** | – | – | | | | TCP 80 |
      | **192.168.10.2** | – | – | | | | TCP 80 |
      | **192.168.10.10** | – | – | | | | TCP 80 |
      | **kube-system/coredns** | TCP 53; UDP 53 | TCP 6443 | TCP 53; UDP 53 \\* | | | |
      | **shop/api** | | | TCP 53; UDP 53 | | TCP 3306 | |
      | **shop/db** | | | TCP 53; UDP 53 | | – | |
      | **shop/web** | | | TCP 53; UDP 53 | TCP 5000 | | |

      An empty cell: denied.

      \\* ${BECAUSE}
    `),
  );
});

test('markdown is a list when larger', () => {
  const text = reachText(example('microservices'), { format: 'markdown' });
  expect(text).toContain('| from | to | ports |\n| --- | --- | --- |\n');
  expect(text).toContain('| payments/payments | 203.0.113.0/24, 2001:db8:2f0::/48 | TCP 443 |\n');
});

test('more workloads than one can read are shown by namespace, unless narrowed', () => {
  const pods = Array.from(
    { length: 61 },
    (_, i) =>
      `{apiVersion: v1, kind: Pod, metadata: {name: p${i}, namespace: n${i % 2}}, spec: {containers: []}}`,
  );
  const cluster = clusterIn(pods.join('\n---\n'));
  const text = reachText(cluster);
  expect(text).toMatch(/^61 workloads are too many to list, so this is by namespace; narrow it/);
  expect(text).toContain('n0, n1 (open)  →  n0, n1, (outside)  all ports\n');
  const source = ({ id }: { id: string }): boolean => id === 'n0/Pod/p0';
  expect(reachText(cluster, { source })).toMatch(/^FROM.*\nn0\/p0 \(open\) +→ +n0\/p10, n0\/p12,/);
});

test('more groups than one can read are counted', () => {
  const pods = Array.from(
    { length: 61 },
    (_, i) =>
      `{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: n${i}}, spec: {containers: []}}`,
  );
  const text = reachText(clusterIn(pods.join('\n---\n')), { grouping: { by: 'namespace' } });
  expect(text).toContain('FROM        REACHES   ALL OF IT\nn0 (open)   61 of 62  61\n');
});

test('progress ends where it should', () => {
  for (const format of ['json', 'table', 'csv'] as const) {
    for (const grouping of [{ by: 'workload' }, { by: 'namespace' }] as const) {
      for (const expand of [false, true]) {
        let last = [0, 1];
        const onRow = (done: number, all: number): void => {
          expect(done).toBe(last[0]! + 1);
          last = [done, all];
        };
        reachText(example('microservices'), { format, grouping, expand, onRow });
        expect(last[0], `${format} ${grouping.by} ${expand}`).toBe(last[1]);
      }
    }
  }
});
