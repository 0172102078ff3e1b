/** What the API server would refuse or drop of a rule of the tiers, and of its peers (C15, C16, C18, C21). */
import { describe } from 'vitest';
import { anp, banp, cnp, testRows, times } from './cluster-reading.ts';

const ingress = (fields: string): string => cnp(`ingress: [{${fields}}]`);
const egress = (fields: string): string => cnp(`egress: [{${fields}}]`);
const all = 'from: [{namespaces: {}}]';
const from = (peer: string): string => ingress(`action: Deny, from: [${peer}]`);
const to = (peer: string): string => egress(`action: Accept, to: [${peer}]`);
const allow = (peer: string): string => anp(`egress: [{action: Allow, to: [${peer}]}]`);
const RULE = 'spec.ingress[0]';
const PEER = 'spec.ingress[0].from[0]';
const TO = 'spec.egress[0].to[0]';

describe('a rule', () => {
  testRows([
    ['the least there is', ingress(`action: Deny, ${all}`)],
    ['with a name', ingress(`name: one, action: Pass, ${all}`)],
    ['null', cnp('ingress: [null]'), `empty-item ${RULE}`],
    ['text', cnp('ingress: [deny]'), `wrong-type ${RULE}`],
    ['empty', cnp('ingress: [{}]'), `missing-field ${RULE}`, `missing-field ${RULE}`],
    ['a name of 100 characters', ingress(`name: ${'ä'.repeat(100)}, action: Deny, ${all}`)],
    [
      'a name of 101 characters',
      ingress(`name: ${'x'.repeat(101)}, action: Deny, ${all}`),
      `over-limit ${RULE}.name`,
    ],
    [
      'a name that is a number',
      ingress(`name: 1, action: Deny, ${all}`),
      `wrong-type ${RULE}.name`,
    ],
    ['no action', ingress(all), `missing-field ${RULE}`],
    ['Allow in v1alpha2', ingress(`action: Allow, ${all}`), `invalid-action ${RULE}.action`],
    ['an action in lower case', ingress(`action: deny, ${all}`), `invalid-action ${RULE}.action`],
    ['an action that is a list', ingress(`action: [Deny], ${all}`), `wrong-type ${RULE}.action`],
    ['Allow in v1alpha1', anp(`ingress: [{action: Allow, ${all}}]`)],
    [
      'Accept in v1alpha1',
      anp(`ingress: [{action: Accept, ${all}}]`),
      `invalid-action ${RULE}.action`,
    ],
    ['Pass in v1alpha1', anp(`ingress: [{action: Pass, ${all}}]`)],
    [
      'Pass in the baseline',
      banp(`ingress: [{action: Pass, ${all}}]`),
      `invalid-action ${RULE}.action`,
    ],
    ['no peers', ingress('action: Deny'), `missing-field ${RULE}`],
    ['peers without a value', ingress('action: Deny, from: null'), `missing-field ${RULE}.from`],
    ['an empty list of peers', ingress('action: Deny, from: []'), `empty-list ${RULE}.from`],
    ['peers that are a map', ingress('action: Deny, from: {}'), `wrong-type ${RULE}.from`],
    [
      'to in an ingress rule',
      ingress('action: Deny, to: [{namespaces: {}}]'),
      `missing-field ${RULE}`,
      `misplaced-peers ${RULE}.to`,
    ],
    [
      'from beside to',
      egress(`action: Deny, to: [{namespaces: {}}], ${all}`),
      'misplaced-peers spec.egress[0].from',
    ],
    [
      'ports in v1alpha2',
      ingress(`action: Deny, ${all}, ports: [{port: 80}]`),
      `unknown-field ${RULE}.ports`,
    ],
    [
      'protocols in v1alpha1',
      anp(`ingress: [{action: Deny, ${all}, protocols: []}]`),
      `unknown-field ${RULE}.protocols`,
    ],
    [
      'a peer in the rule itself',
      ingress(`action: Deny, ${all}, namespaces: {}`),
      `unknown-field ${RULE}.namespaces`,
    ],
    ['a misspelt field', ingress(`action: Deny, ${all}, nam: x`), `unknown-field ${RULE}.nam`],
    ['25 peers', from(times(25, () => '{namespaces: {}}'))],
    ['26 peers', from(times(26, () => '{namespaces: {}}')), `over-limit ${RULE}.from[25]`],
    ['100 peers of v1alpha1', allow(times(100, () => '{namespaces: {}}'))],
    [
      '101 peers of v1alpha1',
      allow(times(101, () => '{namespaces: {}}')),
      'over-limit spec.egress[0].to[100]',
    ],
  ]);
});

describe('a peer', () => {
  testRows([
    ['namespaces', from('{namespaces: {matchLabels: {a: b}}}')],
    ['pods', from('{pods: {namespaceSelector: {}, podSelector: {}}}')],
    ['pods of all namespaces', from('{pods: {podSelector: {}}}')],
    [
      'pods of all namespaces in v1alpha1',
      allow('{pods: {podSelector: {}}}'),
      `missing-field ${TO}.pods`,
    ],
    ['null', from('null'), `empty-peer ${PEER}`],
    ['empty', from('{}'), `empty-peer ${PEER}`],
    ['text', from('all'), `wrong-type ${PEER}`],
    ['a field without a value', from('{namespaces: null}'), `empty-peer ${PEER}`],
    ['two fields', from('{namespaces: {}, pods: {podSelector: {}}}'), `invalid-peer ${PEER}.pods`],
    ['no podSelector', from('{pods: {namespaceSelector: {}}}'), `missing-field ${PEER}.pods`],
    [
      'namespaces within pods',
      from('{pods: {namespaces: {}, podSelector: {}}}'),
      `unknown-field ${PEER}.pods.namespaces`,
    ],
    ['namespaces by name', from('{namespaces: [a]}'), `wrong-type ${PEER}.namespaces`],
    [
      'labels without matchLabels',
      from('{pods: {podSelector: {app: web}}}'),
      `invalid-selector ${PEER}.pods.podSelector.app`,
    ],
    [
      'a label that is none',
      from('{namespaces: {matchLabels: {a: "b c"}}}'),
      `invalid-label ${PEER}.namespaces.matchLabels.a`,
    ],
    ...['podSelector', 'namespaceSelector'].map(
      (field) =>
        [
          `${field} of a NetworkPolicy`,
          from(`{${field}: {}}`),
          `empty-peer ${PEER}`,
          `unknown-field ${PEER}.${field}`,
        ] as const,
    ),
    [
      'ipBlock of a NetworkPolicy',
      to('{ipBlock: {cidr: 10.0.0.0/8}}'),
      `empty-peer ${TO}`,
      `unknown-field ${TO}.ipBlock`,
    ],
    [
      'networks in an ingress rule',
      from('{networks: [10.0.0.0/8]}'),
      `empty-peer ${PEER}`,
      `unknown-field ${PEER}.networks`,
    ],
    ['nodes in an egress rule', to('{nodes: {matchLabels: {role: edge}}}')],
    [
      'ports within a peer',
      from('{namespaces: {}, protocols: []}'),
      `unknown-field ${PEER}.protocols`,
    ],
  ]);
});

describe('networks', () => {
  const networks = (list: string): string => to(`{networks: ${list}}`);
  const path = `${TO}.networks`;
  testRows([
    ['of both families', networks('[10.0.0.0/8, "::/0"]')],
    ['none', networks('[]'), `empty-list ${path}`],
    ['text', networks('10.0.0.0/8'), `wrong-type ${path}`],
    ['null', networks('[null]'), `wrong-type ${path}[0]`],
    ['a map', networks('[{cidr: 10.0.0.0/8}]'), `wrong-type ${path}[0]`],
    ['an address', networks('[10.0.0.0/8, 10.0.0.1]'), `invalid-cidr ${path}[1]`],
    ['a name', networks('[example.com]'), `invalid-cidr ${path}[0]`],
    ['host bits', networks('[10.0.0.1/8]'), `non-canonical-cidr ${path}[0]`],
    ['one twice', networks('["::/0", 10.0.0.0/8, "::/0"]'), `duplicate-item ${path}[2]`],
    ['25 of them', networks(`[${times(25, (n) => `10.${n}.0.0/16`)}]`)],
    ['26 of them', networks(`[${times(26, (n) => `10.${n}.0.0/16`)}]`), `over-limit ${path}[25]`],
    [
      '26 of v1alpha1',
      allow(`{networks: [${times(26, (n) => `10.${n}.0.0/16`)}]}`),
      `over-limit ${path}[25]`,
    ],
  ]);
});

describe('domain names', () => {
  const names = (list: string): string => to(`{domainNames: ${list}}`);
  const path = `${TO}.domainNames`;
  testRows([
    ['exact and below', names('[example.com, "*.example.com", a_b.example.com, 1.example.com]')],
    ['with a final dot', names('[Example.COM.]')],
    ['none', names('[]'), `empty-list ${path}`],
    ['a number', names('[7]'), `wrong-type ${path}[0]`],
    ['one label', names('[localhost]'), `invalid-domain ${path}[0]`],
    ['a star alone', names('["*"]'), `invalid-domain ${path}[0]`],
    ['a star and one label', names('["*.com"]'), `invalid-domain ${path}[0]`],
    ['a star inside', names('[api.*.example.com]'), `invalid-domain ${path}[0]`],
    ['a star within a label', names('["*api.example.com"]'), `invalid-domain ${path}[0]`],
    ['a label that ends with a dash', names('[a-.example.com]'), `invalid-domain ${path}[0]`],
    ['two dots', names('[a..example.com]'), `invalid-domain ${path}[0]`],
    ['a URL', names('["https://example.com/"]'), `invalid-domain ${path}[0]`],
    ['an address', names('[10.0.0.1]'), `invalid-domain ${path}[0]`],
    ['one twice', names('[example.com, example.com]'), `duplicate-item ${path}[1]`],
    ['26 of them', names(`[${times(26, (n) => `n${n}.example.com`)}]`), `over-limit ${path}[25]`],
    [
      'in a rule that denies',
      egress('action: Deny, to: [{domainNames: [a.b]}]'),
      `invalid-rule ${TO}`,
    ],
    [
      'in a rule that passes',
      egress('action: Pass, to: [{domainNames: [a.b]}]'),
      `invalid-rule ${TO}`,
    ],
    ['in v1alpha1', allow('{domainNames: [a.b]}')],
    [
      'in the baseline of v1alpha1',
      banp('egress: [{action: Allow, to: [{domainNames: [a.b]}]}]'),
      `empty-peer ${TO}`,
      `unknown-field ${TO}.domainNames`,
    ],
    ['under another name', to('{fqdns: [a.b]}'), `empty-peer ${TO}`, `unknown-field ${TO}.fqdns`],
  ]);
});
