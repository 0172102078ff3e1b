/** What becomes of the parts of a policy of the tiers that cannot be read: decisions D21 to D25. */
import { describe, expect, test } from 'vitest';
import { anp, banp, cnp, object, onePolicy, oneRule } from './cluster-reading.ts';

/** A rule as what it does, to whom and on which ports, in few words. */
function told(text: string): string {
  const { action, written, peers, ports } = oneRule(text);
  const count = (list: readonly unknown[] | 'all'): string =>
    list === 'all' ? list : `${list.length}`;
  return `${action} (${written}): ${count(peers)} peers, ${count(ports)} ports`;
}

const pods = 'from: [{namespaces: {}}]';
const port = '{tcp: {destinationPort: {number: 80}}}';
const rule = (fields: string): string => cnp(`ingress: [{${fields}}]`);
const egress = (fields: string): string => cnp(`egress: [{${fields}}]`);

describe('a rule', () => {
  test.each([
    [
      'as it stands',
      rule(`action: Pass, ${pods}, protocols: [${port}]`),
      'Pass (Pass): 1 peers, 1 ports',
    ],
    [
      'Allow is Accept in v1alpha1',
      anp(`ingress: [{action: Allow, ${pods}}]`),
      'Accept (Allow): 1 peers, all ports',
    ],
    [
      'protocols without a value are absent',
      rule(`action: Deny, ${pods}, protocols: null`),
      'Deny (Deny): 1 peers, all ports',
    ],
    [
      'an unknown action denies what it matches',
      rule(`action: Allow, ${pods}, protocols: [${port}]`),
      'Deny (Allow): 1 peers, 1 ports',
    ],
    ['and so does none', rule(pods), 'Deny (undefined): 1 peers, all ports'],
    ['and one that is no text', rule(`action: 1, ${pods}`), 'Deny (undefined): 1 peers, all ports'],
    [
      'and Pass in the baseline',
      banp(`ingress: [{action: Pass, ${pods}}]`),
      'Deny (Pass): 1 peers, all ports',
    ],
    [
      'an Accept not understood matches nothing',
      rule('action: Accept, from: [{}]'),
      'Accept (Accept): 0 peers, all ports',
    ],
    [
      'a Deny not understood denies everything',
      rule('action: Deny, from: [{}]'),
      'Deny (Deny): all peers, all ports',
    ],
    ['and so does a Pass', rule('action: Pass, from: [{}]'), 'Deny (Pass): all peers, all ports'],
    [
      'and an unknown action',
      rule('action: Allow, from: [{}]'),
      'Deny (Allow): all peers, all ports',
    ],
    [
      'one unknown peer spoils the others',
      rule('action: Accept, from: [{namespaces: {}}, {}]'),
      'Accept (Accept): 0 peers, all ports',
    ],
    [
      'and one unknown port the peers',
      rule(`action: Accept, ${pods}, protocols: [${port}, {}]`),
      'Accept (Accept): 0 peers, all ports',
    ],
    [
      'no peers are not all peers',
      rule('action: Accept, from: []'),
      'Accept (Accept): 0 peers, all ports',
    ],
    [
      'no protocols are not all protocols',
      rule(`action: Deny, ${pods}, protocols: []`),
      'Deny (Deny): all peers, all ports',
    ],
    [
      'a rule that is none denies everything',
      cnp('ingress: [allow]'),
      'Deny (undefined): all peers, all ports',
    ],
    [
      'rules that are none deny everything',
      cnp('egress: all'),
      'Deny (undefined): all peers, all ports',
    ],
    [
      'domain names are only for Accept',
      egress('action: Deny, to: [{domainNames: [a.b]}]'),
      'Deny (Deny): all peers, all ports',
    ],
    [
      'port names do not go with networks',
      egress('action: Accept, to: [{networks: ["::/0"]}], protocols: [{destinationNamedPort: a}]'),
      'Accept (Accept): 0 peers, all ports',
    ],
    [
      'what is beyond a limit counts',
      rule(`action: Accept, from: [${Array(26).fill('{namespaces: {}}').join(', ')}]`),
      'Accept (Accept): 26 peers, all ports',
    ],
    [
      'an item twice counts',
      egress('action: Accept, to: [{networks: ["::/0", "::/0"]}]'),
      'Accept (Accept): 1 peers, all ports',
    ],
    [
      'unknown fields say nothing',
      rule(`action: Accept, ${pods}, ports: [{port: 80}]`),
      'Accept (Accept): 1 peers, all ports',
    ],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toBe(expected);
  });

  test('networks are one set, kept as written; names are lower case without a final dot', () => {
    const text = egress(
      'action: Accept, to: [{networks: [10.0.0.7/8, 10.0.0.0/7]}, {domainNames: [API.example.com.]}]',
    );
    expect(oneRule(text).peers).toMatchObject([
      {
        kind: 'networks',
        cidrs: ['10.0.0.7/8', '10.0.0.0/7'],
        addresses: { 4: [0x0a_00_00_00n, 0x0b_ff_ff_ffn], 6: [] },
      },
      { kind: 'domains', names: ['api.example.com'] },
    ]);
  });
});

describe('a policy', () => {
  const tier = (text: string): string => cnp('ingress: []').replace('tier: Admin', text);
  const priority = (text: string): string => cnp('ingress: []').replace('priority: 1', text);
  const subject = (text: string): string => cnp('ingress: []').replace('namespaces: {}', text);
  test.each([
    ['as it stands', tier('tier: Baseline'), 'Baseline', 1, true],
    ['an unknown tier', tier('tier: baseline'), 'Admin', 1, false],
    ['no tier', tier('name: a'), 'Admin', 1, false],
    ['no priority', priority('name: a'), 'Admin', -Infinity, false],
    ['a priority in quotes', priority('priority: "5"'), 'Admin', -Infinity, false],
    ['a priority beyond the limit', priority('priority: 5000'), 'Admin', 5000, true],
    ['the baseline of v1alpha1 is last', banp('ingress: []'), 'Baseline', Infinity, true],
    ['no subject', subject(''), 'Admin', 1, false],
    ['two subjects', subject('namespaces: {}, pods: {podSelector: {}}'), 'Admin', 1, false],
    ['a selector of unknown words', subject('namespaces: {sameLabels: [a]}'), 'Admin', 1, false],
    ['no spec', object('ClusterNetworkPolicy', ''), 'Admin', -Infinity, false],
    [
      'no spec of the baseline',
      object('BaselineAdminNetworkPolicy', ''),
      'Baseline',
      Infinity,
      false,
    ],
  ] as const)('%s', (_, text, ...expected) => {
    const { tier, priority, isSure, ingress } = onePolicy(text);
    expect([tier, priority, isSure]).toEqual(expected);
    expect(ingress).toEqual([]);
  });

  test('a subject that cannot be read selects what its readable part selects', () => {
    const readable = 'matchLabels: {team: shop}, matchExpressions: [{key: a, operator: Is}]';
    const both = onePolicy(subject(`pods: {namespaceSelector: {${readable}}}`)).subject;
    expect(both).toMatchObject({ namespaces: [{ key: 'team', values: ['shop'] }], pods: [] });
  });

  test('a spec that is none denies everything to all pods', () => {
    const { subject, ingress, egress: out } = onePolicy(object('ClusterNetworkPolicy', 'none'));
    expect(subject).toMatchObject({ namespaces: [], pods: undefined });
    for (const rules of [ingress, out]) {
      expect(rules).toMatchObject([{ action: 'Deny', peers: 'all', ports: 'all' }]);
    }
  });
});
