import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Reachability } from '../../src/evaluate/map/reachability.ts';
import { headCount } from '../../src/evaluate/verdict/endpoint.ts';
import { evaluate } from '../../src/evaluate/verdict/verdict.ts';
import type { Expectation } from '../../src/expect/file/expectation.ts';
import { readExpectations } from '../../src/expect/file/read-expectations.ts';
import { judge } from '../../src/expect/judgement/judge.ts';
import { changedPairs } from '../../src/expect/mutation/changed-pairs.ts';
import type { Mutant } from '../../src/expect/mutation/mutant.ts';
import { mutantsOf, sampleOf } from '../../src/expect/mutation/mutants.ts';
import { mutate, scoreOf } from '../../src/expect/mutation/mutation.ts';
import type { Mutation } from '../../src/expect/mutation/mutation.ts';
import { Watch } from '../../src/expect/mutation/watch.ts';
import { Directory } from '../../src/expect/who/directory.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { example, exampleNames } from '../report/sample.ts';
import { SHOP } from './shop.ts';

const FILE = 'examples/three-tier/expectations.yaml';
const SHIPPED = readExpectations(new Source(FILE, readFileSync(FILE, 'utf8'))).expectations;
const ALL = { limit: 10_000, seed: 1 };

function mutationOf(expectations: readonly Expectation[], cluster: Cluster = SHOP): Mutation {
  const map = new Reachability(cluster);
  const directory = new Directory(cluster, map.population);
  const held = judge(expectations, map, directory).filter(({ state }) => state === 'passed');
  return mutate(held, map, directory, ALL);
}

function suggested({ suggestions }: Mutation): Expectation[] {
  return suggestions.map(({ expectation }) => expectation);
}

describe('the three-tier shop', () => {
  test('its expectations notice every change that changes anything', () => {
    const mutation = mutationOf(SHIPPED);
    expect(mutation.survivors.map(({ mutant }) => mutant.what)).toEqual([]);
    expect(mutation.noticed).toBeGreaterThan(50);
    expect(mutation.idle + mutation.noticed).toBe(mutation.tried);
  });

  test.each(SHIPPED.map((expectation) => [expectation.title, expectation] as const))(
    'what goes unnoticed without "%s" is noticed again with what is proposed',
    (_, left) => {
      const rest = SHIPPED.filter((expectation) => expectation !== left);
      const mutation = mutationOf(rest);
      // what is proposed in its place closes the gap
      expect(mutationOf([...rest, ...suggested(mutation)]).survivors).toEqual([]);
      expect(mutation.suggestions.length > 0).toBe(mutation.survivors.length > 0);
    },
  );

  test('missing ones are found by file and line, with what to add', () => {
    const rest = SHIPPED.filter(({ to }) => to.text !== 'shop/db');
    const { survivors } = mutationOf(rest);
    const told = survivors.map(
      ({ mutant, suggestion }) =>
        `${mutant.place.file}:${mutant.place.line} ${mutant.what}: ${suggestion?.yaml}`,
    );
    expect(told).toEqual([
      'policies/db.yaml:16 in ingress rule 1, take `from` out, so that it is for everyone: - from: { not: shop/api }\n  to: shop/db\n',
    ]);
  });
});

describe('the microservices', () => {
  const cluster = example('microservices');
  const nothing = mutationOf([], cluster);

  test('with no expectation at all nothing is noticed', () => {
    expect(nothing.noticed).toBe(0);
    expect(scoreOf(nothing)).toBe(0);
    expect(nothing.survivors.length).toBeGreaterThan(200);
  });

  test('what is proposed holds now, and notices every change it was proposed for', () => {
    const proposed = suggested(nothing);
    const reachability = new Reachability(cluster);
    const directory = new Directory(cluster, reachability.population);
    const states = judge(proposed, reachability, directory).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['passed']));
    const unhelped = nothing.survivors.filter(({ suggestion }) => suggestion === undefined);
    const again = mutationOf(proposed, cluster);
    expect(again.survivors).toHaveLength(unhelped.length);
  });
});

test.each(exampleNames().filter((name) => name.startsWith('lessons/')))(
  '%s: a change is called idle exactly when no connection is different',
  (name) => {
    const cluster = example(name);
    const before = new Reachability(cluster);
    for (const mutant of sampleOf(mutantsOf(cluster), 25, 7)) {
      const changed = after(cluster, mutant);
      const differs = changedPairs(before, mutant.change).length > 0;
      expect(differs, mutant.what).toBe(isDifferent(cluster, changed, before));
    }
  },
);

/** The cluster with the change made. */
function after(cluster: Cluster, { change }: Mutant): Cluster {
  const changed = <Policy>(policies: readonly Policy[]): Policy[] =>
    policies.flatMap((policy) => {
      if (policy !== change.before) return [policy];
      return change.after === undefined ? [] : [change.after as Policy];
    });
  const { policies, clusterPolicies } = cluster;
  return { ...cluster, policies: changed(policies), clusterPolicies: changed(clusterPolicies) };
}

/** Asked pair by pair, on ports where answers may begin to differ. */
function isDifferent(cluster: Cluster, changed: Cluster, { population }: Reachability): boolean {
  const ends = [...population.endpoints, ...new Reachability(changed).population.endpoints];
  const numbers = new Set([1, 65_535]);
  for (const { policies } of [cluster, changed]) {
    for (const { ingress, egress } of policies) {
      for (const { ports } of [...ingress, ...egress]) {
        if (ports === 'all') continue;
        for (const port of ports)
          if (port.kind === 'numbered')
            for (const near of [port.low - 1, port.low, port.high + 1]) numbers.add(near);
      }
    }
  }
  for (const { pods } of cluster.workloads)
    for (const { ports } of pods) for (const { number } of ports) numbers.add(number);
  const ports = [...numbers]
    .filter((number) => number >= 1 && number <= 65_535)
    .flatMap((number) => (['TCP', 'UDP'] as const).map((protocol) => ({ protocol, number })));
  for (const from of ends) {
    for (const to of ends) {
      if (from.kind !== 'workload' && to.kind !== 'workload') continue;
      if (from.id === to.id && headCount(from) < 2) continue;
      for (const port of [...ports, { protocol: 'other' as const, number: 0 }]) {
        const [old, now] = [cluster, changed].map(
          (one) => evaluate(one, { from, to, port }).answer,
        );
        if (old !== now) return true;
      }
    }
  }
  return false;
}

test.each(['three-tier', 'microservices'])(
  '%s: what is called noticed is what the expectations would find in the changed cluster',
  (name) => {
    const cluster = example(name);
    const file = readFileSync(`examples/${name}/expectations.yaml`, 'utf8');
    // only some, so that some changes are not noticed
    const some = readExpectations(new Source(name, file)).expectations.filter(
      (_, i) => i % 2 === 0,
    );
    const map = new Reachability(cluster);
    const directory = new Directory(cluster, map.population);
    const held = judge(some, map, directory).filter(({ state }) => state === 'passed');
    const watch = new Watch(
      map,
      held.flatMap(({ demands }) => demands),
    );
    for (const mutant of sampleOf(mutantsOf(cluster), 150, 3)) {
      const changed = new Reachability(after(cluster, mutant));
      const judged = judge(
        held.map(({ expectation }) => expectation),
        changed,
        directory.withPopulation(changed.population),
      );
      const isNoticed = watch.notices(changedPairs(map, mutant.change));
      expect(isNoticed, mutant.what).toBe(judged.some(({ state }) => state !== 'passed'));
    }
  },
);

test('a sample is the same for the same seed, and in order', () => {
  const all = Array.from({ length: 100 }, (_, i) => i);
  expect(sampleOf(all, 10, 3)).toEqual(sampleOf(all, 10, 3));
  expect(sampleOf(all, 10, 3)).not.toEqual(sampleOf(all, 10, 4));
  const ten = sampleOf(all, 10, 3);
  expect([...ten].sort((a, b) => a - b)).toEqual(ten);
  expect(new Set(ten).size).toBe(10);
  expect(sampleOf(all, 100, 3)).toBe(all);
});
