/**
 * What the API server would refuse or drop of a policy of the tiers, but for its rules: the CRDs of
 * policy.networking.k8s.io, as clusternetworkpolicy_types.go (v1alpha2) and adminnetworkpolicy_types.go,
 * baselineadminnetworkpolicy_types.go and shared_types.go (v1alpha1) make them.
 */
import { describe, expect, test } from 'vitest';
import {
  anp,
  banp,
  cnp,
  messageOf,
  object,
  onePolicy,
  problemsIn,
  testRows,
  times,
  withFields,
} from './cluster-reading.ts';
import { read } from './reading.ts';

const CNP = 'ClusterNetworkPolicy';
const ANP = 'AdminNetworkPolicy';
const BANP = 'BaselineAdminNetworkPolicy';

const spec = (fields: string): string => object(CNP, `{${fields}}`);
const subject = (text: string): string => spec(`tier: Admin, priority: 1, subject: ${text}`);
const adminSubject = (text: string): string => object(ANP, `{priority: 1, subject: ${text}}`);
const deny = '{action: Deny, from: [{namespaces: {}}]}';

describe('a policy', () => {
  testRows([
    ['the least there is', cnp('ingress: []')],
    ['of v1alpha1', anp('egress: []')],
    ['the baseline one', banp('ingress: []')],
    ['no spec', object(CNP, ''), 'missing-field '],
    ['a spec that is a list', object(CNP, '[]'), 'wrong-type spec'],
    ['status is nobody’s business', `${cnp('ingress: []')}\nstatus: {conditions: 5}`],
    ['an unknown field', cnp('ingres: []'), 'unknown-field spec.ingres'],
    [
      'fields of a NetworkPolicy',
      cnp('podSelector: {}, policyTypes: [Ingress]'),
      'unknown-field spec.podSelector',
      'unknown-field spec.policyTypes',
    ],
    ['rules that are a map', cnp('ingress: {}'), 'wrong-type spec.ingress'],
    ['25 rules', cnp(`ingress: [${times(25, () => deny)}]`)],
    ['26 rules', cnp(`ingress: [${times(26, () => deny)}]`), 'over-limit spec.ingress[25]'],
    ['100 rules of v1alpha1', anp(`ingress: [${times(100, () => deny)}]`)],
    [
      '101 rules of v1alpha1',
      banp(`ingress: [${times(101, () => deny)}]`),
      'over-limit spec.ingress[100]',
    ],
  ]);
});

describe('tier and priority', () => {
  testRows([
    ['the Baseline tier', spec('tier: Baseline, priority: 0, subject: {namespaces: {}}')],
    ['the highest priority', spec('tier: Admin, priority: 1000, subject: {namespaces: {}}')],
    ['no tier', spec('priority: 1, subject: {namespaces: {}}'), 'missing-field spec'],
    [
      'a tier in lower case',
      cnp('tier: admin').replace('tier: Admin, ', ''),
      'invalid-tier spec.tier',
    ],
    [
      'the tier between',
      cnp('tier: NetworkPolicy').replace('tier: Admin, ', ''),
      'invalid-tier spec.tier',
    ],
    [
      'a tier that is a number',
      cnp('tier: 1').replace('tier: Admin, ', ''),
      'wrong-type spec.tier',
    ],
    ['a tier in v1alpha1', anp('tier: Admin'), 'unknown-field spec.tier'],
    ['no priority', spec('tier: Admin, subject: {namespaces: {}}'), 'missing-field spec'],
    [
      'a priority below 0',
      cnp('priority: -1').replace('priority: 1, ', ''),
      'over-limit spec.priority',
    ],
    [
      'a priority above 1000',
      cnp('priority: 1001').replace('priority: 1, ', ''),
      'over-limit spec.priority',
    ],
    [
      'a priority in quotes',
      cnp('priority: "10"').replace('priority: 1, ', ''),
      'wrong-type spec.priority',
    ],
    [
      'half a priority',
      cnp('priority: 7.5').replace('priority: 1, ', ''),
      'wrong-type spec.priority',
    ],
    ['a priority of the baseline', banp('priority: 1'), 'unknown-field spec.priority'],
  ]);
});

describe('a subject', () => {
  testRows([
    ['all pods', subject('{namespaces: {}}')],
    ['pods of namespaces', subject('{pods: {namespaceSelector: {}, podSelector: {}}}')],
    ['pods of all namespaces', subject('{pods: {podSelector: {}}}')],
    ['absent', spec('tier: Admin, priority: 1'), 'missing-field spec'],
    ['text', subject('all'), 'wrong-type spec.subject'],
    ['empty', subject('{}'), 'invalid-subject spec.subject'],
    ['only null', subject('{namespaces: null}'), 'invalid-subject spec.subject'],
    [
      'both',
      subject('{namespaces: {}, pods: {podSelector: {}}}'),
      'invalid-subject spec.subject.pods',
    ],
    ['one and a null', subject('{namespaces: {}, pods: null}')],
    ['pods without podSelector', subject('{pods: {}}'), 'missing-field spec.subject.pods'],
    [
      'pods of all namespaces in v1alpha1',
      adminSubject('{pods: {podSelector: {}}}'),
      'missing-field spec.subject.pods',
    ],
    ['pods that are a list', subject('{pods: []}'), 'wrong-type spec.subject.pods'],
    [
      'a selector of a NetworkPolicy',
      subject('{podSelector: {}}'),
      'invalid-subject spec.subject',
      'unknown-field spec.subject.podSelector',
    ],
    [
      'labels without matchLabels',
      subject('{namespaces: {team: shop}}'),
      'invalid-selector spec.subject.namespaces.team',
    ],
    [
      'an early selector',
      adminSubject('{namespaces: {namespaceSelector: {}}}'),
      'invalid-selector spec.subject.namespaces.namespaceSelector',
    ],
    [
      'a misspelt selector',
      subject('{namespaces: {matchLabel: {team: shop}}}'),
      'invalid-selector spec.subject.namespaces.matchLabel',
    ],
    [
      'an unknown field beside a known one',
      subject('{namespaces: {matchLabels: {}, sameLabels: []}}'),
      'unknown-field spec.subject.namespaces.sameLabels',
    ],
    [
      'an unknown operator',
      subject('{namespaces: {matchExpressions: [{key: a, operator: Is}]}}'),
      'invalid-selector spec.subject.namespaces.matchExpressions[0].operator',
    ],
  ]);
});

describe('metadata', () => {
  const named = (kind: typeof CNP | typeof ANP | typeof BANP, metadata: string): string =>
    withFields(kind, 'ingress: []', metadata);

  test.each([
    ['a name', CNP, 'name: a.b-1', []],
    ['a name in capitals', CNP, 'name: A', ['invalid-name metadata.name']],
    ['a generated name', CNP, 'generateName: a-', []],
    ['no name', CNP, 'labels: {}', ['missing-name ']],
    ['a namespace', CNP, 'name: a, namespace: b', ['ignored-namespace metadata.namespace']],
    ['the baseline by another name', BANP, 'name: base', ['invalid-name metadata.name']],
    ['the baseline without a name', BANP, 'labels: {}', ['missing-name ']],
  ] as const)('%s', (_, kind, metadata, problems) => {
    expect(problemsIn(named(kind, metadata))).toEqual(problems);
  });

  test('policies without a name are policies, each its own', () => {
    const text = named(CNP, 'labels: {}');
    const { clusterPolicies } = read(`${text}\n---\n${text}`);
    expect(clusterPolicies.map(({ name }) => name)).toEqual(['(no name)', '(no name)2']);
  });

  test('a later policy replaces an earlier one of its kind and name, whatever their namespaces', () => {
    const [first, second] = [named(CNP, 'name: a, namespace: x'), named(CNP, 'name: a')];
    const text = `${first}\n---\n${second}\n---\n${named(ANP, 'name: a')}`;
    expect(read(text).clusterPolicies.map(({ kind, name }) => [kind, name])).toEqual([
      [CNP, 'a'],
      [ANP, 'a'],
    ]);
    expect(problemsIn(text)).toContain('duplicate-object ');
  });
});

describe('versions', () => {
  test.each([
    ['v1alpha2', CNP, 'policy.networking.k8s.io/v1alpha2', []],
    ['v1beta1', CNP, 'policy.networking.k8s.io/v1beta1', []],
    ['a later version', CNP, 'policy.networking.k8s.io/v1', ['warning unknown-version']],
    ['v1alpha1', ANP, 'policy.networking.k8s.io/v1alpha1', []],
    ['no group', ANP, 'v1alpha1', ['error unknown-version']],
    ['a slip', CNP, 'policy.networkng.k8s.io/v1alpha2', ['error unknown-version']],
    ['the group of NetworkPolicy', CNP, 'networking.k8s.io/v1', ['error unknown-version']],
  ] as const)('%s is read', (_, kind, version, problems) => {
    const own = kind === CNP ? cnp('ingress: []') : anp('ingress: []');
    const text = own.replace(/^apiVersion.*/, `apiVersion: ${version}`);
    const { clusterPolicies, problems: found } = read(text);
    expect(clusterPolicies).toHaveLength(1);
    expect(found.map(({ severity, code }) => `${severity} ${code}`)).toEqual(problems);
  });

  test.each(['crd.antrea.io/v1beta1', 'projectcalico.org/v3', 'example.com/v1'])(
    'a kind of %s is another one',
    (version) => {
      const text = cnp('ingress: []').replace(/^apiVersion.*/, `apiVersion: ${version}`);
      expect(read(text).clusterPolicies).toEqual([]);
    },
  );

  test('a misspelt kind is not read, and said so', () => {
    const text = cnp('ingress: []').replace(CNP, 'ClusterNetworkPolicies');
    expect(read(text).clusterPolicies).toEqual([]);
    expect(messageOf(text)).toContain('did you mean `ClusterNetworkPolicy`?');
  });
});

test('a policy that is right is read as it stands', () => {
  const text = spec(
    'tier: Baseline, priority: 7, subject: {pods: {podSelector: {matchLabels: {app: web}}}}',
  );
  expect(onePolicy(text)).toMatchObject({
    kind: CNP,
    name: 'p',
    tier: 'Baseline',
    priority: 7,
    isSure: true,
    subject: { namespaces: [], pods: [{ key: 'app', operator: 'In', values: ['web'] }] },
    ingress: [],
    egress: [],
  });
});
