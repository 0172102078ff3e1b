import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { populationOf } from '../../src/evaluate/population/population.ts';
import { ask } from '../../src/evaluate/question/ask.ts';
import { findParty } from '../../src/evaluate/question/party.ts';
import type { Party } from '../../src/evaluate/question/party.ts';
import { podOf } from '../../src/evaluate/verdict/endpoint.ts';
import type { Port } from '../../src/evaluate/verdict/verdict.ts';
import { findFix } from '../../src/generate/fix.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { workloadId } from '../../src/model/workload.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import { policiesYaml } from '../../src/report/words/policy-yaml.ts';

const EXAMPLES = [
  'examples/three-tier',
  'examples/microservices',
  ...readdirSync('examples/lessons', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `examples/lessons/${entry.name}`),
];

function sourcesOf(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .toSorted()
    .map((file) => new Source(file, readFileSync(`${folder}/${file}`, 'utf8')));
}

function parties(cluster: Cluster): Party[] {
  const population = populationOf(cluster);
  const names = [...cluster.workloads.map(workloadId), '203.0.113.9', 'internet'];
  return names.map((name) => findParty(cluster, population, name) as Party);
}

function portsOf(party: Party): Port[] {
  const pod =
    party.kind === 'endpoints' && party.endpoints[0]?.kind === 'workload'
      ? podOf(party.endpoints[0])
      : undefined;
  const served = (pod?.ports ?? []).map(({ protocol, number }): Port => ({ protocol, number }));
  return [...served, { protocol: 'TCP', number: 4321 }, { protocol: 'other', number: 0 }];
}

describe.each(EXAMPLES)('%s', (folder) => {
  test('a fix, printed, read again and asked again, turns the answer round', () => {
    const sources = sourcesOf(folder);
    const cluster = readCluster(sources);
    const without: string[] = [];
    for (const from of parties(cluster)) {
      for (const to of parties(cluster)) {
        for (const port of portsOf(to)) {
          if (from.kind !== 'endpoints' || to.kind !== 'endpoints') continue;
          const asked = ask(cluster, from, to, port);
          const fix = findFix(cluster, { from, to, port }, asked);
          const question = `${from.name} → ${to.name} ${port.protocol} ${port.number}: ${asked.answer}`;
          if (fix === undefined) {
            without.push(question);
            continue;
          }
          const printed = new Source('fix.yaml', policiesYaml(fix.policies));
          const changed = readCluster([...sources, printed]);
          const errors = changed.problems.filter(({ severity }) => severity === 'error');
          expect(
            errors.map(({ message }) => message),
            printed.text,
          ).toEqual([]);
          const population = populationOf(changed);
          const [newFrom, newTo] = [from, to].map(
            ({ name }) => findParty(changed, population, name) as Party,
          );
          const wanted = asked.answer === 'allowed' ? 'denied' : 'allowed';
          expect(ask(changed, newFrom!, newTo!, port).answer, `${question}\n${printed.text}`).toBe(
            wanted,
          );
        }
      }
    }
    // what no policy can do: rule the outside, a pod and itself, or a hostNetwork pod of unknown address
    for (const question of without) {
      expect(question).toMatch(
        /^(?:internet|203\.0\.113\.9|\S+\/DaemonSet\/\S+|(\S+) → \1|\S+ → (?:internet|203|\S+\/DaemonSet\/))/,
      );
    }
  });
});
