import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { populationOf } from '../../src/evaluate/population/population.ts';
import { ask } from '../../src/evaluate/question/ask.ts';
import { findParty } from '../../src/evaluate/question/party.ts';
import type { Party } from '../../src/evaluate/question/party.ts';
import { findFix } from '../../src/generate/fix.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import { policiesYaml } from '../../src/report/words/policy-yaml.ts';
import { manifestsOf } from '../conformance/manifests.ts';
import { SEED } from '../generators/seed.ts';
import { adminPolicy, clusterPolicy } from '../spec/tier-object.ts';
import { DOMAINS, ENDS, plainWorlds, POD_NETWORK } from '../spec/tier-world.ts';

const PORTS = [
  { protocol: 'TCP', number: 80 },
  { protocol: 'other', number: 0 },
] as const;

/** How many questions got a fix, of which kind, or none. */
interface Tally {
  policies: number;
  instructions: number;
  none: number;
}

test('with tiers, a fix, printed, read again and asked again, turns the answer round', () => {
  const tally: Tally = { policies: 0, instructions: 0, none: 0 };
  for (const [n, { objects, policies }] of fc
    .sample(plainWorlds, { seed: SEED, numRuns: 30 })
    .entries()) {
    const written = policies.map((policy) =>
      n % 2 === 0 && policy.tier === 'Admin' ? adminPolicy(policy) : clusterPolicy(policy),
    );
    const source = new Source('world.yaml', manifestsOf([...objects, ...written]));
    for (const from of ENDS)
      for (const to of [...ENDS, ...DOMAINS])
        for (const port of PORTS) tryFix(source, { from, to, port }, tally);
  }
  expect(tally.policies).toBeGreaterThan(100);
  expect(tally.instructions).toBeGreaterThan(0);
  expect(tally.none).toBeLessThan((tally.policies + tally.instructions) * 2);
});

interface Asking {
  readonly from: string;
  readonly to: string;
  readonly port: (typeof PORTS)[number];
}

function tryFix(source: Source, asking: Asking, tally: Tally): void {
  const [cluster, question, asked] = askOf([source], asking);
  const fix = findFix(cluster, question, asked);
  if (fix === undefined) {
    tally.none++;
    return;
  }
  if (fix.policies.length === 0) {
    expect(fix.summary).toMatch(/ rule \d+.* of (?:Cluster|Admin|BaselineAdmin)NetworkPolicy /);
    tally.instructions++;
    return;
  }
  tally.policies++;
  const printed = new Source('fix.yaml', policiesYaml(fix.policies));
  const [changed, , answered] = askOf([source, printed], asking);
  const problems = changed.problems.filter(({ place }) => place.file === 'fix.yaml');
  const serious = problems.filter(({ code }) => code !== 'duplicate-object');
  expect(serious.map(({ message }) => `${message}\n${printed.text}`)).toEqual([]);
  const wanted = asked.answer === 'allowed' ? 'denied' : 'allowed';
  expect({ ...asking, fix: printed.text, answer: answered.answer }).toMatchObject({
    answer: wanted,
  });
}

function askOf(
  sources: readonly Source[],
  { from, to, port }: Asking,
): [Cluster, { from: Party; to: Party; port: Asking['port'] }, ReturnType<typeof ask>] {
  const cluster = readCluster(sources, { podNetwork: POD_NETWORK });
  const population = populationOf(cluster);
  const question = {
    from: findParty(cluster, population, from) as Party,
    to: findParty(cluster, population, to) as Party,
    port,
  };
  return [cluster, question, ask(cluster, question.from, question.to, port)];
}
