import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateCluster } from '../../bench/generated-cluster.ts';
import { endpoints } from '../../spec/spec.ts';
import { clusterPortsOf } from '../../src/evaluate/verdict/cluster-ports.ts';
import { namedPortsOf, portsOfRule } from '../../src/evaluate/verdict/match.ts';
import { evaluate } from '../../src/evaluate/verdict/verdict.ts';
import { coverageOf } from '../../src/expect/coverage/coverage.ts';
import { PortCuts } from '../../src/expect/coverage/port-points.ts';
import { Seen, isolatingOf } from '../../src/expect/coverage/seen.ts';
import { Measure } from '../../src/expect/judgement/measure.ts';
import { meeting } from '../../src/expect/judgement/meeting.ts';
import type { Demand } from '../../src/expect/who/target.ts';
import { clusterRulesOf } from '../../src/model/cluster-policy.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { DIRECTIONS, rulesOf } from '../../src/model/policy.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import { clusterOf } from '../conformance/manifests.ts';
import { plausible } from '../generators/cluster.ts';
import { SEED } from '../generators/seed.ts';
import { tryText } from './shop.ts';
import type { Tried } from './shop.ts';

const RUNS = 120;

/** Every pair of classes that a demand speaks of, and every port where an answer may begin to differ. */
function seenOneByOne(cluster: Cluster, demands: readonly Demand[]): Seen {
  const seen = new Seen();
  for (const { from, to, ports } of demands) {
    for (const [source, sources] of from) {
      for (const [destination, destinations] of to) {
        const met = meeting(sources, destinations, source === destination);
        if (met.pairs === 0) continue;
        const end = met.to[0]!;
        const start = met.from.find((one) => one !== end) ?? met.from[0]!;
        const served = namedPortsOf(end);
        const cuts = new PortCuts(
          DIRECTIONS.flatMap((direction) => [
            ...cluster.policies
              .flatMap((policy) => rulesOf(policy, direction))
              .map((rule) => portsOfRule(rule, served)),
            ...cluster.clusterPolicies
              .flatMap((policy) => clusterRulesOf(policy, direction))
              .map((rule) => clusterPortsOf(rule, served)),
          ]),
        );
        for (const port of cuts.pointsOf(ports))
          seen.note(evaluate(cluster, { from: start, to: end, port }));
      }
    }
  }
  return seen;
}

/** What is exercised, as coverage tells it and as is found pair by pair: `policy direction rule`. */
function bothOf(cluster: Cluster, { judgements, reachability }: Tried): [string[], string[]] {
  const demands = judgements.flatMap((judgement) => judgement.demands);
  const { items, isCut } = coverageOf(cluster, reachability, demands);
  expect(isCut).toBe(false);
  const told = items.filter(({ exercised }) => exercised);
  const seen = seenOneByOne(cluster, demands);
  const found = items.filter(({ policy, direction, rule }) => {
    if (policy.kind === 'NetworkPolicy')
      return seen.has(
        rule === undefined ? isolatingOf(policy, direction) : rulesOf(policy, direction)[rule]!,
      );
    return seen.has(clusterRulesOf(policy, direction)[rule!]!);
  });
  const names = (some: typeof items): string[] =>
    some.map(({ policy, direction, rule }) => `${policy.kind} ${policy.name} ${direction} ${rule}`);
  return [names(told), names(found)];
}

test('coverage tells of every rule and isolation that decides for some pair, and of no other', () => {
  const words = fc.record({
    kind: fc.constantFrom('allow', 'deny'),
    from: fc.nat(),
    to: fc.nat(),
    ports: fc.constantFrom('all', '80', '53/UDP', '{ not: 80 }', '8000-9000', 'icmp', 'SCTP'),
  });
  let exercised = 0;
  const property = fc.property(
    plausible({ minWorkloads: 4, clusterPolicies: 3 }),
    fc.array(words, { minLength: 1, maxLength: 3 }),
    (world, entries) => {
      const cluster = clusterOf(world);
      const names = ['any', '*/*', 'internet', ...endpoints(world)];
      const text = entries
        .map(({ kind, from, to, ports }) => {
          const [start, end] = [from, to].map((at) => names[at % names.length]!);
          return `  - { from: '${start}', to: '${end}', ports: ${ports} } # ${kind}\n`;
        })
        .join('');
      const [told, found] = bothOf(cluster, tryText(`deny:\n${text}`, cluster));
      expect(told).toEqual(found);
      exercised += told.length;
    },
  );
  fc.assert(property, { seed: SEED, numRuns: RUNS });
  expect(exercised).toBeGreaterThan(RUNS);
});

const WIDE = `
groups:
  databases: { labels: { role: db } }
deny:
  - { from: { not: ns-1/* }, to: ns-1/* }
  - { from: internet, to: databases }
  - { from: { namespaces: { env: test } }, to: { namespaces: { env: prod } }, ports: [5432, 443] }
  - { from: any, to: any, ports: { not: [80, 8080] } }
allow:
  - { from: '*/*', to: { in: ns-0/*, labels: { role: proxy } }, ports: [53/UDP, 53/TCP] }
  - { from: '*/*', to: internet, ports: 443 }
  - { from: internet, to: '*/*', ports: 8080 }
  - { from: any, to: any, ports: 443 }
`;

/** A cluster as the large ones of the benchmarks, but small. */
function small(tiers: number, isolated: number): Cluster {
  const size = { workloads: 30, namespaces: 3, policies: 18, isolated, tiers, seed: 5 };
  return readCluster([...generateCluster(size)].map(({ file, text }) => new Source(file, text)));
}

const CLUSTERS = [
  ['without tiers', small(0, 0.75)],
  ['with tiers', small(4, 0.75)],
  ['with few isolated', small(2, 0.2)],
] as const;

test.each(CLUSTERS)('a generated cluster %s: coverage is what is found pair by pair', (_, own) => {
  const [told, found] = bothOf(own, tryText(WIDE, own));
  expect(told).toEqual(found);
  expect(told.length).toBeGreaterThan(20);
});

test('when there is too much to look at, coverage says so', () => {
  const [, [, cluster]] = CLUSTERS;
  const { judgements, reachability } = tryText(WIDE, cluster);
  const demands = judgements.flatMap((judgement) => judgement.demands);
  const cut = coverageOf(cluster, reachability, demands, 2_000);
  expect(cut.isCut).toBe(true);
  const whole = coverageOf(cluster, reachability, demands);
  for (const [i, { exercised }] of cut.items.entries())
    if (exercised) expect(whole.items[i]!.exercised).toBe(true);
});

test.each(CLUSTERS)('a generated cluster %s: faults are counted as pair by pair', (_, own) => {
  const { judgements, reachability } = tryText(WIDE, own);
  const { subjects } = reachability.population;
  for (const { demands, pairs, faulty, faults, expectation } of judgements) {
    // where families are alternatives, what is wrong over one may be none
    if (expectation.kind === 'allow' && /any|internet/.test(expectation.title)) continue;
    let [all, wrong, sure] = [0, 0, false];
    for (const demand of demands) {
      const measure = new Measure(demand, reachability);
      for (const [source, sources] of demand.from) {
        for (const [destination, destinations] of demand.to) {
          const met = meeting(sources, destinations, source === destination);
          all += met.pairs;
          if (met.pairs === 0) continue;
          const isRuled = source < subjects || destination < subjects;
          const finding = isRuled
            ? measure.of(reachability.pair(source, destination))
            : measure.exempt(met.from[0]!, met.to[0]!);
          if (finding === undefined) continue;
          wrong += met.pairs;
          sure ||= finding.answer !== 'depends';
        }
      }
    }
    expect([pairs, faulty], expectation.title).toEqual([all, wrong]);
    expect(faults.length > 0 && faults[0]!.answer !== 'depends').toBe(sure);
  }
});
