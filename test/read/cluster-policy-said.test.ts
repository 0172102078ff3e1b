/** Nothing of a policy of the tiers is closed in silence, and what is said follows the grammar of messages. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClusterPolicy, ClusterRule } from '../../src/model/cluster-policy.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { DIRECTIONS } from '../../src/model/policy.ts';
import type { Problem } from '../../src/model/problem.ts';
import { CLUSTER_WORDS } from '../../src/read/cluster-policy/words.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import { SEED } from '../generators/seed.ts';
import { clusterPolicy } from '../spec/tier-object.ts';
import { plainWorlds } from '../spec/tier-world.ts';
import { bentPolicies } from './bent-policy.ts';

/** Lower case but for names, one line, no final period. */
const MESSAGE = /^[a-z`][^\n]*[^.\n]$/;

/** Whether an error stands at a field or below it. */
function hasError(problems: readonly Problem[], path: string): boolean {
  return problems.some(
    ({ severity, place }) => severity === 'error' && place.path.startsWith(path),
  );
}

/** Whether the rule is not what somebody wrote. */
function isClosed({ kind }: ClusterPolicy, { action, written, peers }: ClusterRule): boolean {
  const accepting = CLUSTER_WORDS[kind].actions[0];
  const told = action === 'Accept' ? accepting : action;
  return peers === 'all' || peers.length === 0 || written !== told;
}

function read(objects: readonly unknown[]): Cluster {
  const text = JSON.stringify({ kind: 'List', apiVersion: 'v1', items: objects });
  return readCluster([new Source('property.json', text)]);
}

const said = fc.property(bentPolicies, (objects) => {
  const { clusterPolicies, problems } = read(objects);
  for (const { message } of problems) expect(message).toMatch(MESSAGE);
  for (const policy of clusterPolicies) {
    const root = policy.place.path;
    if (!policy.isSure) expect(hasError(problems, root), root).toBe(true);
    for (const rule of DIRECTIONS.flatMap((direction) => policy[direction])) {
      if (!isClosed(policy, rule)) continue;
      const { path } = rule.place;
      expect(path.startsWith(root) && hasError(problems, path), path).toBe(true);
    }
  }
});

test('what is closed is said, with an error where it stands', () => {
  fc.assert(said, { seed: SEED, numRuns: 1500 });
});

test('of what is right, nothing is said', () => {
  const silent = fc.property(plainWorlds, ({ policies }) => {
    expect(read(policies.map(clusterPolicy)).problems).toEqual([]);
  });
  fc.assert(silent, { seed: SEED, numRuns: 300 });
});
