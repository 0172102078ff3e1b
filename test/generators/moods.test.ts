import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterOf } from '../conformance/manifests.ts';
import { plausible } from './cluster.ts';
import { SEED } from './seed.ts';
import { wild } from './wild.ts';

test('plausible clusters have nothing wrong', () => {
  const worlds = fc.sample(plausible({ clusterPolicies: 4 }), { seed: SEED, numRuns: 200 });
  const problems = worlds.flatMap((world) => clusterOf(world).problems);
  expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
});

test('wild clusters have everything wrong', () => {
  const worlds = fc.sample(wild(4), { seed: SEED, numRuns: 600 });
  const codes = new Set(
    worlds.flatMap((world) => clusterOf(world).problems).map(({ code }) => code),
  );
  const wanted = `duplicate-object empty-item empty-peer invalid-cidr invalid-except invalid-label
    invalid-peer invalid-policy-type invalid-port invalid-protocol invalid-selector missing-name
    invalid-action invalid-domain invalid-rule invalid-subject invalid-tier missing-field
    missing-type non-canonical-cidr removed-version unknown-kind unknown-version wrong-type`;
  expect(wanted.split(/\s+/).filter((code) => !codes.has(code))).toEqual([]);
});

test('cluster policies have every kind of rule', () => {
  const worlds = fc.sample(plausible({ clusterPolicies: 4 }), { seed: SEED, numRuns: 200 });
  const policies = worlds.flatMap((world) => clusterOf(world).clusterPolicies);
  const rules = policies.flatMap(({ ingress, egress }) => [...ingress, ...egress]);
  const counted = new Map<string, number>();
  const count = (what: string): void => void counted.set(what, (counted.get(what) ?? 0) + 1);
  for (const { action, peers, ports } of rules) {
    count(action);
    if (peers !== 'all') for (const { kind } of peers) count(kind);
    if (ports === 'all') count('all ports');
    else for (const { kind } of ports) count(`${kind} ports`);
  }
  const kinds = ['Accept', 'Deny', 'Pass', 'pods', 'nodes', 'networks', 'domains'];
  kinds.push('all ports', 'numbered ports', 'named ports');
  expect(kinds.filter((kind) => (counted.get(kind) ?? 0) < rules.length / 50)).toEqual([]);
});
