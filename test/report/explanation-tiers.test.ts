import { expect, test } from 'vitest';
import { populationOf } from '../../src/evaluate/population/population.ts';
import { ask } from '../../src/evaluate/question/ask.ts';
import { findParty, findSource } from '../../src/evaluate/question/party.ts';
import type { Party } from '../../src/evaluate/question/party.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import type { Explanation } from '../../src/report/explanation/explanation.ts';
import { explanationObject } from '../../src/report/explanation/object.ts';
import { explanationText } from '../../src/report/explanation/text.ts';

const PODS = `
{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { team: shop } } }
---
{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: shop, labels: { app: web } }, spec: { containers: [] } }
---
{ apiVersion: v1, kind: Pod, metadata: { name: db, namespace: shop, labels: { app: db } }, spec: { containers: [] } }
---
{ apiVersion: v1, kind: Pod, metadata: { name: api, namespace: pay, labels: { app: api } }, spec: { containers: [] } }
---
{ apiVersion: v1, kind: Pod, metadata: { name: agent, namespace: pay }, spec: { hostNetwork: true, containers: [] } }
`;

const ISOLATED = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress: [{ to: [{ podSelector: {} }] }]
`;

function clusterPolicy(name: string, tier: string, rest: string): string {
  return `
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec:
  tier: ${tier}
  priority: 10
  ${rest.trim().replaceAll('\n', '\n  ')}
`;
}

const TENANTS = clusterPolicy(
  'tenants',
  'Admin',
  `
subject: { namespaces: { matchLabels: { team: shop } } }
egress:
- { name: own, action: Pass, to: [{ namespaces: { matchLabels: { team: shop } } }] }
- { name: partners, action: Accept, to: [{ domainNames: ["*.example.com", www.example.org] }] }
- { name: others, action: Deny, to: [{ namespaces: {} }] }
- { name: private, action: Deny, to: [{ networks: [10.0.0.0/8] }] }
- { name: nodes, action: Allow, to: [{ nodes: {} }] }
`,
);

const BASELINE = clusterPolicy(
  'default',
  'Baseline',
  `
subject: { namespaces: {} }
ingress:
- { action: Deny, from: [{ pods: { podSelector: { matchLabels: { app: api } } } }] }
`,
);

const ALL = [PODS, ISOLATED, TENANTS, BASELINE];

function explained(documents: readonly string[], from: string, to: string): Explanation {
  const cluster = readCluster([new Source('all.yaml', documents.join('---'))]);
  const population = populationOf(cluster);
  const source = findSource(cluster, population, from) as Party;
  const destination = findParty(cluster, population, to) as Party;
  const port = { protocol: 'TCP', number: 80 } as const;
  const asked = ask(cluster, source, destination, port);
  return { cluster, from, to, port, asked, fix: undefined };
}

/** What is said of the egress, which the second of the paragraphs about the sides follows. */
function egress(documents: readonly string[], from: string, to: string): string {
  const text = explanationText(explained(documents, from, to), false);
  return text.split('\n\n').find((part) => part.includes('egress of'))!;
}

function ingress(documents: readonly string[], from: string, to: string): string {
  const text = explanationText(explained(documents, from, to), false);
  return text
    .split('\n\n')
    .find((part) => part.includes('ingress of'))!
    .trimEnd();
}

test('Admin denies: the rule, and what would be so without it', () => {
  expect(egress(ALL, 'shop/db', 'pay/api')).toMatchInlineSnapshot(`
    "✗ egress of shop/db: denied by the Admin tier
        denied by egress rule 3 \`others\` of ClusterNetworkPolicy tenants  all.yaml:30:5
        without that rule it would depend: a block of addresses decides and the pod's is not known; give --pod-cidr, or pods with status.podIPs"
  `);
  expect(
    egress(
      [
        PODS,
        ISOLATED,
        TENANTS.replace(
          '- { name: private',
          '- { name: more, action: Accept, to: [{ namespaces: {} }] }\n  - { name: private',
        ),
      ],
      'shop/web',
      'pay/api',
    ),
  ).toMatchInlineSnapshot(`
    "✗ egress of shop/web: denied by the Admin tier
        denied by egress rule 3 \`others\` of ClusterNetworkPolicy tenants  all.yaml:30:5
        without that rule: allowed by the Admin tier
          egress rule 4 \`more\` of ClusterNetworkPolicy tenants  all.yaml:31:5"
  `);
});

test('Pass leads to the NetworkPolicies, or to Baseline, or to nobody', () => {
  expect(egress(ALL, 'shop/web', 'shop/db')).toMatchInlineSnapshot(`
    "✓ egress of shop/web: allowed by the NetworkPolicies
        passed on by egress rule 1 \`own\` of ClusterNetworkPolicy tenants  all.yaml:28:5
        allowed by egress rule 1 of NetworkPolicy shop/web  all.yaml:18:12"
  `);
  expect(egress(ALL, 'shop/db', 'shop/web')).toMatchInlineSnapshot(`
    "✓ egress of shop/db: open, no policy of any tier decides its egress
        passed on by egress rule 1 \`own\` of ClusterNetworkPolicy tenants  all.yaml:28:5"
  `);
  expect(ingress(ALL, 'pay/api', 'shop/web')).toMatchInlineSnapshot(`
    "✗ ingress of shop/web: denied by the Baseline tier
        no NetworkPolicy isolates it for ingress
        denied by ingress rule 1 of ClusterNetworkPolicy default  all.yaml:42:5"
  `);
  expect(ingress(ALL, 'shop/db', 'shop/web')).toMatchInlineSnapshot(
    `"✓ ingress of shop/web: open, no policy of any tier decides its ingress"`,
  );
});

test('a name: accepted by its name, or perhaps in a network', () => {
  expect(egress(ALL, 'shop/web', 'domain/api.example.com')).toMatchInlineSnapshot(`
    "✓ egress of shop/web: allowed by the Admin tier
        allowed by egress rule 2 \`partners\` of ClusterNetworkPolicy tenants  all.yaml:29:5
        without that rule: denied, whichever of these decides
          egress rule 4 \`private\` of ClusterNetworkPolicy tenants  all.yaml:31:5
          egress rule 5 \`nodes\` of ClusterNetworkPolicy tenants  all.yaml:32:5
          NetworkPolicy shop/web, which isolates it  all.yaml:12:1"
  `);
  expect(egress(ALL, 'shop/web', 'domain/example.org')).toMatchInlineSnapshot(`
    "✗ egress of shop/web: denied, whichever of these decides
        perhaps denied by egress rule 4 \`private\` of ClusterNetworkPolicy tenants  all.yaml:31:5
          if the name leads to an address in 10.0.0.0/8
        perhaps denied by egress rule 5 \`nodes\` of ClusterNetworkPolicy tenants  all.yaml:32:5
          ClusterNetworkPolicy has no action \`Allow\`, so it denies what it matches
          if the name leads to a node
        else isolated for egress by
          NetworkPolicy shop/web  all.yaml:12:1
        and none of their rules allows it
          rule 1 of NetworkPolicy shop/web  all.yaml:18:12
            peer: it wants pods of its own namespace \`shop\`, and no NetworkPolicy knows a name: only an ipBlock can match it"
  `);
  expect(egress([PODS, TENANTS], 'shop/web', 'domain/*.example.org')).toMatchInlineSnapshot(`
    "? egress of shop/web: which addresses a name leads to is not known beforehand
        perhaps allowed by egress rule 2 \`partners\` of ClusterNetworkPolicy tenants  all.yaml:21:5
          for a name below \`example.com\` or \`www.example.org\`, which is not all that \`*.example.org\` stands for
        perhaps denied by egress rule 4 \`private\` of ClusterNetworkPolicy tenants  all.yaml:23:5
          if the name leads to an address in 10.0.0.0/8
        perhaps denied by egress rule 5 \`nodes\` of ClusterNetworkPolicy tenants  all.yaml:24:5
          ClusterNetworkPolicy has no action \`Allow\`, so it denies what it matches
          if the name leads to a node
        else no policy decides, and it is open"
  `);
});

test('an address: it may have a name, and lies in a network or not', () => {
  expect(egress(ALL, 'shop/web', '10.1.2.3')).toMatchInlineSnapshot(`
    "? egress of shop/web: which addresses a name leads to is not known beforehand
        perhaps allowed by egress rule 2 \`partners\` of ClusterNetworkPolicy tenants  all.yaml:29:5
          if a name below \`example.com\` or \`www.example.org\` leads there
        else denied by egress rule 4 \`private\` of ClusterNetworkPolicy tenants  all.yaml:31:5
        without that rule: denied by the NetworkPolicies
          NetworkPolicy shop/web, which isolates it  all.yaml:12:1"
  `);
  expect(egress(ALL, 'shop/web', '192.0.2.1')).toMatchInlineSnapshot(`
    "? egress of shop/web: which addresses a name leads to is not known beforehand
        perhaps allowed by egress rule 2 \`partners\` of ClusterNetworkPolicy tenants  all.yaml:29:5
          if a name below \`example.com\` or \`www.example.org\` leads there
        else isolated for egress by
          NetworkPolicy shop/web  all.yaml:12:1"
  `);
});

test('an unknown action denies, and says why; an unknown node is said too', () => {
  expect(
    egress(
      [PODS, TENANTS.replace('nodes: {}', 'nodes: { matchLabels: { a: b } }')],
      'shop/web',
      'pay/agent',
    ),
  ).toMatchInlineSnapshot(`
    "? egress of shop/web: which addresses a name leads to is not known beforehand
        perhaps allowed by egress rule 2 \`partners\` of ClusterNetworkPolicy tenants  all.yaml:21:5
          if a name below \`example.com\` or \`www.example.org\` leads there
        perhaps denied by egress rule 4 \`private\` of ClusterNetworkPolicy tenants  all.yaml:23:5
          if the node's address, which is not known, is in 10.0.0.0/8; give the Node objects
        perhaps denied by egress rule 5 \`nodes\` of ClusterNetworkPolicy tenants  all.yaml:24:5
          ClusterNetworkPolicy has no action \`Allow\`, so it denies what it matches
          if it runs on a node with \`a=b\`; give spec.nodeName and the Node objects
        else no policy decides, and it is open"
  `);
});

test('where no change is proposed, that is said in a sentence', () => {
  const text = explanationText(explained([PODS, ISOLATED], 'shop/web', 'pay/agent'), false);
  expect(text).toContain('to allow it: no policy can name `pay/Pod/agent`: it is a node to them');
  const name = explanationText(explained([PODS, ISOLATED], 'shop/web', 'domain/a.example'), false);
  expect(name).toContain('to allow it: no NetworkPolicy knows a name; allow its addresses');
});

test('the JSON form has the tier, the rules met, and what is next', () => {
  const object = JSON.parse(
    JSON.stringify(explanationObject(explained(ALL, 'shop/web', 'pay/api'))),
  ) as object;
  const ref = { kind: 'ClusterNetworkPolicy', name: 'tenants' };
  expect(object).toMatchObject({
    verdict: 'denied',
    egress: {
      state: 'denied',
      tier: 'Admin',
      isolatedBy: [],
      allowedBy: [],
      deniedBy: [{ ...ref, rule: 2, ruleName: 'others', place: { path: 'spec.egress[2]' } }],
      passed: [],
      missed: [],
      next: { state: 'denied', tier: 'depends', isolatedBy: [{ name: 'web' }] },
    },
    ingress: { state: 'open', passed: [] },
  });
});
