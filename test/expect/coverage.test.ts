import { describe, expect, test } from 'vitest';
import { coverageOf } from '../../src/expect/coverage/coverage.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { clusterIn } from '../report/sample.ts';
import { SHOP, tryText } from './shop.ts';

/** What no expectation of a text exercises: `policy direction rule`. */
function missed(text: string, cluster = SHOP): string[] {
  const { judgements, reachability } = tryText(text, cluster);
  const demands = judgements.flatMap((judgement) => judgement.demands);
  return coverageOf(cluster, reachability, demands)
    .items.filter(({ exercised }) => !exercised)
    .map(({ policy, direction, rule }) => `${policy.name} ${direction} ${rule ?? 'isolation'}`);
}

test('without expectations no rule and no isolation is exercised', () => {
  expect(missed('allow: []')).toHaveLength(20);
});

test('an allowed connection exercises the rules that allow it, at both ends', () => {
  const before = missed('allow: []');
  const after = missed('allow: [{ from: shop/api, to: shop/db }]');
  expect(before.filter((one) => !after.includes(one))).toEqual(['api egress 0', 'db ingress 0']);
});

test('a denied connection exercises the isolations that deny it', () => {
  const before = missed('allow: []');
  const after = missed('deny: [{ from: internet, to: shop/db }]');
  expect(before.filter((one) => !after.includes(one))).toEqual([
    'db ingress isolation',
    'default-deny ingress isolation',
  ]);
});

test('the port decides which rule it is', () => {
  const after = missed('allow: [{ from: kube-system/coredns, to: 192.168.10.10, ports: 6443 }]');
  expect(after).not.toContain('coredns egress 0');
  expect(after).toContain('coredns egress 1');
});

describe('tiers', () => {
  /** The shop without its NetworkPolicies, so that Baseline has a say. */
  function shopUnder(...policies: readonly string[]): Cluster {
    const { clusterPolicies } = clusterIn(policies.join('\n---\n'));
    expect(clusterPolicies).toHaveLength(policies.length);
    return { ...SHOP, policies: [], clusterPolicies };
  }

  function policy(tier: string, priority: number, name: string, rule: string): string {
    return `
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec:
  tier: ${tier}
  priority: ${priority}
  subject: { namespaces: { matchLabels: { kubernetes.io/metadata.name: shop } } }
  ingress:
    - { ${rule}, from: [{ namespaces: {} }] }
`;
  }

  const PORT = 'protocols: [{ tcp: { destinationPort: { number: 5432 } } }]';
  const PASS = policy('Admin', 5, 'pass', 'action: Pass');
  const GUARD = policy('Baseline', 1, 'guard', `action: Deny, ${PORT}`);
  const WALL = policy('Admin', 1, 'wall', 'action: Deny');
  const DENIED = 'deny: [{ from: shop/web, to: shop/db, ports: 5432 }]';

  test('a rule of Baseline decides what Admin is silent about', () => {
    expect(missed(DENIED, shopUnder(GUARD))).toEqual([]);
  });

  test('a rule of Baseline decides what Admin passes, which the rule that passes has a part in', () => {
    expect(missed(DENIED, shopUnder(PASS, GUARD))).toEqual([]);
  });

  test('of many ports, the one that a rule of Baseline is for is found', () => {
    expect(missed('deny: [{ from: shop/web, to: shop/db }]', shopUnder(PASS, GUARD))).toEqual([]);
    expect(
      missed('allow: [{ from: shop/web, to: shop/db, ports: 80 }]', shopUnder(PASS, GUARD)),
    ).toEqual(['guard ingress 0']);
  });

  test('a rule of Baseline decides nothing that Admin denies', () => {
    expect(missed(DENIED, shopUnder(WALL, GUARD))).toEqual(['guard ingress 0']);
  });

  test('a rule decides nothing that one before it in its tier denies', () => {
    expect(missed(DENIED, shopUnder(WALL, PASS))).toEqual(['pass ingress 0']);
  });
});
