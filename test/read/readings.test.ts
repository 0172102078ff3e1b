/**
 * The readings of spec/README.md, where neither the API nor a decision speaks: the reader takes them
 * as the specification does.
 */
import { expect, test } from 'vitest';
import { formatBlock } from '../../src/model/address-set.ts';
import { Source } from '../../src/model/place.ts';
import type { Peer } from '../../src/model/policy.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import { policy, problemsOf, read } from './reading.ts';

const rulesOf = (spec: string) => read(policy(spec)).policies[0]!.ingress;
const peersOf = (peers: string): readonly Peer[] | 'all' =>
  rulesOf(`ingress: [{from: [${peers}]}]`)[0]!.peers;

test('a later object replaces an earlier one of the same kind, namespace and name', () => {
  const first = new Source('a.yaml', policy('podSelector: {}\npolicyTypes: [Ingress]'));
  const second = new Source('b.yaml', policy('podSelector: {}\npolicyTypes: [Egress]'));
  const { policies, problems } = readCluster([first, second]);
  expect(policies.map(({ isolates }) => isolates)).toEqual([['egress']]);
  expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
    'warning duplicate-object',
  ]);
});

test('the api group says which kind is ours', () => {
  const ours = ['networking.k8s.io/v1', 'networking.k8s.io/v2', 'extensions/v1beta1', 'v1'];
  const others = ['projectcalico.org/v3', 'networking.istio.io/v1', 'policy.networking.k8s.io/v1'];
  for (const version of [...ours, ...others]) {
    const text = policy('podSelector: {}').replace('networking.k8s.io/v1', version);
    expect(read(text).policies.length, version).toBe(ours.includes(version) ? 1 : 0);
  }
});

test('an object without apiVersion is still read', () => {
  const text = policy('podSelector: {}').replace(/apiVersion.*\n/, '');
  expect(read(text).policies).toHaveLength(1);
  expect(problemsOf(text)).toEqual(['missing-type 1']);
});

test('policies without a name are policies, each its own', () => {
  const text = policy('podSelector: {}').replace('name: p, ', '');
  expect(read(`${text}\n---\n${text}`).policies.map(({ name }) => name)).toEqual([
    '(no name)',
    '(no name)2',
  ]);
});

test('a null element of a list is malformed, not an empty rule, peer or port', () => {
  expect(rulesOf('ingress: [null]')).toMatchObject([{ peers: [], ports: [] }]);
  expect(peersOf('null')).toMatchObject([{ kind: 'nothing' }]);
  expect(rulesOf('ingress: [{ports: [null]}]')).toMatchObject([{ ports: [{ kind: 'nothing' }] }]);
  expect(peersOf('{podSelector: {matchExpressions: [null]}}')).toMatchObject([{ kind: 'nothing' }]);
  expect(peersOf('{ipBlock: {cidr: 10.0.0.0/8, except: [null]}}')).toMatchObject([
    { kind: 'nothing' },
  ]);
  expect(read(policy('policyTypes: [null]')).policies[0]!.isolates).toEqual(['ingress', 'egress']);
});

test('unknown fields say nothing', () => {
  expect(rulesOf('ingress: [{to: [{podSelector: {}}]}]')).toMatchObject([{ peers: 'all' }]);
  expect(peersOf('{podSelector: {}, ports: [{port: 80}]}')).toMatchObject([{ kind: 'pods' }]);
});

test.each([
  ['10.0.0.7/8', '10.0.0.0/8'],
  ['010.0.0.0/8', '10.0.0.0/8'],
  ['010.008.000.255/032', '10.8.0.255/32'],
  ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
  ['::ffff:0:0/96', '0.0.0.0/0'],
  ['::ffff:010.0.0.0/104', '10.0.0.0/8'],
])('%s is the block %s, with a warning', (written, meant) => {
  const [block] = peersOf(`{ipBlock: {cidr: "${written}"}}`);
  expect(block).toMatchObject({ kind: 'block', cidr: meant });
  expect(problemsOf(policy(`ingress: [{from: [{ipBlock: {cidr: "${written}"}}]}]`))).toEqual([
    'non-canonical-cidr 5',
  ]);
});

test.each([
  '0010.0.0.0/8',
  '10.0.0.0/0008',
  '10.0.0.0/',
  '/8',
  '10.0.0.0//8',
  '::ffff:10.0.0.256/120',
])('%s is no block', (written) => {
  expect(peersOf(`{ipBlock: {cidr: "${written}"}}`)).toMatchObject([{ kind: 'nothing' }]);
});

test('addresses with leading zeros are decimal too', () => {
  const { workloads } = read(
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nstatus: {podIP: 010.0.0.08}',
  );
  const [address] = workloads[0]!.pods[0]!.addresses;
  const { family, value } = address!;
  expect(formatBlock({ family, prefix: 32, low: value })).toBe('10.0.0.8/32');
});

test('an empty namespace or node name is an absent one', () => {
  const text =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: ""}\nspec: {nodeName: ""}';
  const [workload] = read(text).workloads;
  expect(workload).toMatchObject({ namespace: 'default', pods: [{ node: undefined }] });
});

test('objects whose names the api makes up are all different', () => {
  const text =
    'apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: a-}\nspec: {template: {}}';
  const { workloads, problems } = read(`${text}\n---\n${text}`);
  expect(workloads.map(({ name }) => name)).toEqual(['a-*', 'a-*2']);
  expect(problems).toEqual([]);
});

test('a service whose selector cannot be read finds no pods', () => {
  const text =
    'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {a: b, version: 1}}';
  expect(read(text).services).toMatchObject([{ selector: undefined, endpoints: [] }]);
});
