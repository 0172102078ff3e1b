import { expect, test } from 'vitest';
import { coverageOf } from '../../src/expect/coverage.ts';
import { SHOP, tryText } from './shop.ts';

/** What no expectation of a text exercises: `policy direction rule`. */
function missed(text: string): string[] {
  const { judgements, reachability } = tryText(text);
  const demands = judgements.flatMap((judgement) => judgement.demands);
  return coverageOf(SHOP, reachability, demands)
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
