import { describe, expect, test } from 'vitest';
import { mutantsOf } from '../../src/expect/mutation/mutants.ts';
import { addressRange, parseBlock, unionAddresses } from '../../src/model/address-set.ts';
import type { AddressSet, Block } from '../../src/model/address-set.ts';
import { clusterIn } from '../report/sample.ts';

/** What may be changed in the policies of a text. */
function changesOf(text: string): string[] {
  return mutantsOf(clusterIn(text)).map(({ what }) => what);
}

const POLICY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: x }
spec:
  podSelector: { matchLabels: { app: a, tier: b } }
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector: { matchLabels: { app: c } }
          namespaceSelector: { matchLabels: { team: red } }
        - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] }
      ports: [{ port: 80 }, { port: http }]
`;

const TIERS = `
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: first }
spec:
  tier: Admin
  priority: 1
  subject: { namespaces: { matchLabels: { team: red } } }
  ingress:
    - { action: Deny, from: [{ namespaces: {} }, { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: a } } } }] }
    - { action: Pass, from: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number: 80 } } }] }
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: second }
spec:
  tier: Admin
  priority: 2
  subject: { namespaces: {} }
`;

const NETWORKS = `
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: first }
spec:
  tier: Admin
  priority: 1
  subject: { namespaces: {} }
  egress:
    - action: Accept
      to:
        - { networks: [10.0.0.0/8, 'fd00::/8', 0.0.0.0/0] }
        - { domainNames: [example.com, '*.example.org'] }
        - { networks: [192.0.2.0/24] }
`;

function rangeOf({ family, low, high }: Block): AddressSet {
  return addressRange(family, low, high);
}

describe('every single mistake is tried', () => {
  test('in a NetworkPolicy', () => {
    expect(changesOf(POLICY)).toEqual([
      'take the policy away',
      'let it select every pod of its namespace',
      'take `app=a` out of its podSelector',
      'take `tier=b` out of its podSelector',
      'take Ingress out of policyTypes',
      'take Egress out of policyTypes',
      'take ingress rule 1 out',
      'in ingress rule 1, take `from` out, so that it is for everyone',
      'in ingress rule 1, take peer 1 out',
      'in ingress rule 1, take the podSelector of a peer out',
      'in ingress rule 1, empty the namespaceSelector of a peer, so that it is any namespace',
      'in ingress rule 1, take the namespaceSelector of a peer out, so that it is the own namespace',
      'in ingress rule 1, write the selectors of a peer as two list items, so that either will do',
      'in ingress rule 1, take peer 2 out',
      'in ingress rule 1, take `10.1.0.0/16` out of `except`',
      'in ingress rule 1, widen `10.0.0.0/8` to `0.0.0.0/0`',
      'in ingress rule 1, take `ports` out, so that it is for all',
      'in ingress rule 1, take port 1 out',
      'in ingress rule 1, open every TCP port instead of 80',
      'in ingress rule 1, write UDP for TCP 80',
      'in ingress rule 1, take port 2 out',
    ]);
  });

  test('in the addresses of the tiers around it', () => {
    expect(changesOf(NETWORKS)).toEqual([
      'take the policy away',
      'put it into tier Baseline',
      'take egress rule 1 out',
      'in egress rule 1, write Deny for Accept',
      'in egress rule 1, write Pass for Accept',
      'in egress rule 1, take peer 1 out',
      'in egress rule 1, take `10.0.0.0/8` out of `networks`',
      'in egress rule 1, widen `10.0.0.0/8` to `0.0.0.0/0`',
      'in egress rule 1, take `fd00::/8` out of `networks`',
      'in egress rule 1, widen `fd00::/8` to `::/0`',
      'in egress rule 1, take `0.0.0.0/0` out of `networks`',
      'in egress rule 1, take peer 2 out',
      'in egress rule 1, take `example.com` out of `domainNames`',
      'in egress rule 1, take `*.example.org` out of `domainNames`',
      'in egress rule 1, take peer 3 out',
      'in egress rule 1, widen `192.0.2.0/24` to `0.0.0.0/0`',
    ]);
  });

  test('a CIDR taken out or widened is taken out of, or widened in, the set of addresses', () => {
    const addresses = mutantsOf(clusterIn(NETWORKS)).flatMap(({ what, change: { after } }) => {
      if (!/networks`|widen/.test(what) || after?.kind !== 'ClusterNetworkPolicy') return [];
      const { peers } = after.egress[0]!;
      return peers === 'all' || peers[0]!.kind !== 'networks' ? [] : [peers[0]!];
    });
    expect(addresses.length).toBeGreaterThan(4);
    for (const { cidrs, addresses: own } of addresses)
      expect(own).toEqual(unionAddresses(cidrs.map((cidr) => rangeOf(parseBlock(cidr)!))));
  });

  test('in the tiers around it', () => {
    expect(changesOf(TIERS)).toEqual([
      'take the policy away',
      'empty the namespaceSelector of its subject',
      'give it a priority after `second`',
      'put it into tier Baseline',
      'take ingress rule 1 out',
      'put ingress rule 1 after the next',
      'in ingress rule 1, write Accept for Deny',
      'in ingress rule 1, write Pass for Deny',
      'in ingress rule 1, take peer 1 out',
      'in ingress rule 1, take peer 2 out',
      'in ingress rule 1, empty the podSelector of a peer',
      'take ingress rule 2 out',
      'in ingress rule 2, write Accept for Pass',
      'in ingress rule 2, write Deny for Pass',
      'in ingress rule 2, take its ports out, so that it is for all',
      'in ingress rule 2, open every TCP port instead of 80',
      'in ingress rule 2, write UDP for TCP 80',
      'take the policy away',
      'put it into tier Baseline',
    ]);
  });
});
