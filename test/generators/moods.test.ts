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
