/** What is said of problems in policies of the tiers: where they are, and the remedy. */
import { expect, test } from 'vitest';
import { anp, banp, cnp, messageOf, withFields } from './cluster-reading.ts';
import { read } from './reading.ts';

const pods = 'from: [{namespaces: {}}]';
const rule = (fields: string): string => cnp(`ingress: [{${fields}}]`);
const egress = (fields: string): string => cnp(`egress: [{${fields}}]`);

test.each([
  [
    '`Allow` is not an action of a ClusterNetworkPolicy, so this rule denies; write `Accept`',
    rule(`action: Allow, ${pods}`),
  ],
  [
    '`Accept` is not an action of an AdminNetworkPolicy, so this rule denies; write `Allow`',
    anp(`ingress: [{action: Accept, ${pods}}]`),
  ],
  [
    '`Drop` is not an action of a ClusterNetworkPolicy, so this rule denies; write `Deny`',
    rule(`action: Drop, ${pods}`),
  ],
  [
    'unknown field `priority`: a BaselineAdminNetworkPolicy has none, for it is the only one; take it away',
    banp('priority: 1'),
  ],
  [
    'unknown field `tier`: an AdminNetworkPolicy is always of the Admin tier; take it away',
    anp('tier: Admin'),
  ],
  ['unknown field `from`: it belongs in an item of `ingress`: `- from:`', cnp(pods)],
  [
    'unknown field `namespaceSelector`: write `subject: {namespaces: …}`',
    cnp('namespaceSelector: {}'),
  ],
  [
    'unknown field `ports`: write `protocols`; here it means nothing, and the rule is for every port',
    rule(`action: Deny, ${pods}, ports: []`),
  ],
  [
    'unknown field `podSelector`: write `pods: {namespaceSelector: {}, podSelector: …}`',
    rule('action: Deny, from: [{podSelector: {}}]'),
  ],
  ['unknown field `ipBlock`: write `networks: […]`', egress('action: Deny, to: [{ipBlock: {}}]')],
  [
    'unknown field `ipBlock`: an ingress rule is for pods only, not for addresses',
    rule('action: Deny, from: [{ipBlock: {}}]'),
  ],
  [
    'unknown field `protocol`: write it like `tcp: {destinationPort: {number: 80}}`',
    rule(`action: Deny, ${pods}, protocols: [{protocol: TCP}]`),
  ],
  [
    '`destinationPort` must be a map; write `destinationPort: {number: 80}`',
    rule(`action: Deny, ${pods}, protocols: [{tcp: {destinationPort: 80}}]`),
  ],
  [
    '`localhost` is not a domain name; it needs at least two labels, as in `example.com`',
    egress('action: Accept, to: [{domainNames: [localhost]}]'),
  ],
  [
    '`https://a.b/c` is not a domain name; write `a.b`',
    egress('action: Accept, to: [{domainNames: ["https://a.b/c"]}]'),
  ],
  [
    '`10.0.0.1` is an address, and no name is called so; write it in `networks`',
    egress('action: Accept, to: [{domainNames: [10.0.0.1]}]'),
  ],
  [
    '`ingress` has 26 items, and the API allows 25; all are judged as they are written',
    cnp(`ingress: [${Array(26).fill(`{action: Deny, ${pods}}`).join(', ')}]`),
  ],
  [
    'a BaselineAdminNetworkPolicy must be called `default`, not `a`; there is only one',
    withFields('BaselineAdminNetworkPolicy', '', 'name: a'),
  ],
  [
    '`team` is no field of a selector, which so cannot be read; labels belong in its `matchLabels`',
    rule('action: Deny, from: [{namespaces: {team: a}}]'),
  ],
])('%s', (message, text) => {
  expect(messageOf(text)).toBe(message);
});

test('problems point at the line and column', () => {
  const text = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata:
  name: p
spec:
  tier: Admin
  priority: 1
  subject:
    namespaces: {}
  egress:
  - action: Accept
    to:
    - networks:
      - 10.0.0.0/33
    protocols:
    - tcp:
        destinationPort:
          range: {start: 90, end: 80}`;
  const places = read(text).problems.map(
    ({ code, place }) => `${code} ${place.line}:${place.column}`,
  );
  expect(places).toEqual(['invalid-cidr 14:9', 'invalid-port 18:35']);
});
