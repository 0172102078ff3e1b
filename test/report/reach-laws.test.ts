import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { Reachability } from '../../src/evaluate/map/reachability.ts';
import { headCount } from '../../src/evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../src/evaluate/verdict/endpoint.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { portRange } from '../../src/model/port-set.ts';
import type { ReachRequest } from '../../src/report/reach/reach.ts';
import { clusterOf } from '../conformance/manifests.ts';
import { plausible } from '../generators/cluster.ts';
import { SEED } from '../generators/seed.ts';
import { wild } from '../generators/wild.ts';
import { documentGroups, evaluatedGroups } from './reach-group-pairs.ts';
import { csvPairs, documentPairs, evaluatedPairs } from './reach-pairs.ts';
import { example, exampleNames, reachText } from './sample.ts';

const WORLDS = fc.oneof(
  plausible(),
  wild(),
  plausible({ minWorkloads: 40, workloads: 60, policies: 12 }),
);

/** Parts of a map that divide classes, leave pairs out, and look at few ports. */
const REQUESTS: Arbitrary<Partial<ReachRequest>> = fc.record({
  source: fc.constantFrom(() => true, isOdd, isPods),
  destination: fc.constantFrom(() => true, isOdd, isPods),
  ports: fc.constantFrom(undefined, portRange('TCP', 80, 443), portRange('UDP', 53, 53)),
  direction: fc.constantFrom(undefined, 'ingress' as const, 'egress' as const),
  pair: fc.constantFrom(
    () => true,
    (from: number, to: number) => (from + to) % 3 > 0,
  ),
});

function isOdd({ id }: Endpoint): boolean {
  return Array.from(id).reduce((sum, one) => sum + one.codePointAt(0)!, 0) % 2 === 1;
}

function isPods({ kind }: Endpoint): boolean {
  return kind === 'workload';
}

function law(sentence: string, check: (cluster: Cluster, request: Partial<ReachRequest>) => void) {
  test(sentence, () => {
    for (const name of exampleNames()) check(example(name), {});
    fc.assert(
      fc.property(WORLDS, REQUESTS, (world, request) => check(clusterOf(world), request)),
      { seed: SEED, numRuns: 100 },
    );
  });
}

law('json says of every pair what the evaluator says', (cluster, request) => {
  const text = reachText(cluster, { ...request, format: 'json' });
  expect(documentPairs(JSON.parse(text))).toEqual(evaluatedPairs(cluster, request));
});

law('a filter that leaves nothing out changes no line', (cluster) => {
  for (const grouping of [
    { by: 'workload' },
    { by: 'namespace' },
    { by: 'label', key: 'app' },
  ] as const) {
    const whole = reachText(cluster, { grouping, format: 'json' });
    const filtered = reachText(cluster, { grouping, format: 'json', pair: () => true });
    expect(sortedLines(filtered)).toEqual(sortedLines(whole));
  }
});

law('grouped and expanded, the map is the same', (cluster, request) => {
  const grouped = JSON.parse(reachText(cluster, { ...request, format: 'json' }));
  const expanded = JSON.parse(reachText(cluster, { ...request, format: 'json', expand: true }));
  expect(expanded.endpoints).toEqual(grouped.endpoints);
  expect(documentPairs(expanded)).toEqual(documentPairs(grouped));
  for (const { from, to } of expanded.connections)
    expect(typeof from + typeof to).toBe('stringstring');
});

law('yaml and json are one document', (cluster, request) => {
  for (const grouping of [{ by: 'workload' }, { by: 'label', key: 'app' }] as const) {
    const own = { ...request, grouping };
    const yaml = load(reachText(cluster, { ...own, format: 'yaml' }));
    expect(yaml).toEqual(JSON.parse(reachText(cluster, { ...own, format: 'json' })));
  }
});

law('csv and json agree', (cluster, request) => {
  const { endpoints } = new Reachability(cluster).population;
  // a malformed name may have spaces, which are what lists are made with
  if (endpoints.some(({ id }) => /[\s\p{C}]/u.test(id))) return;
  const single = new Set(endpoints.filter((one) => headCount(one) < 2).map(({ id }) => id));
  const json = documentPairs(JSON.parse(reachText(cluster, { ...request, format: 'json' })));
  for (const expand of [false, true]) {
    const csv = reachText(cluster, { ...request, format: 'csv', expand });
    expect(csvPairs(csv, (id) => single.has(id))).toEqual(json);
  }
});

law(
  'a pair is in one entry of a certainty, and no single pod in one with itself',
  (cluster, request) => {
    const { endpoints, connections } = JSON.parse(
      reachText(cluster, { ...request, format: 'json' }),
    );
    const members = new Map<number, { kind: string; pods?: number }[]>();
    for (const endpoint of endpoints)
      members.set(endpoint.class, [...(members.get(endpoint.class) ?? []), endpoint]);
    const seen = new Set<string>();
    for (const { from, to, certainty } of connections) {
      for (const one of from) {
        for (const other of to) {
          const key = `${one} ${other} ${certainty}`;
          expect(seen.has(key), key).toBe(false);
          seen.add(key);
          const [only, ...more] = members.get(one)!;
          if (one === other && more.length === 0) expect(only!.pods ?? 2, key).toBeGreaterThan(1);
        }
      }
    }
  },
);

law('groups say the union of their pairs, and whether all are alike', (cluster, request) => {
  for (const grouping of [{ by: 'namespace' }, { by: 'label', key: 'app' }] as const) {
    const own = { ...request, grouping };
    const text = reachText(cluster, { ...own, format: 'json', expand: true });
    expect(documentGroups(JSON.parse(text))).toEqual(evaluatedGroups(cluster, own));
    const merged = JSON.parse(reachText(cluster, { ...own, format: 'json' }));
    expect(documentGroups(merged)).toEqual(documentGroups(JSON.parse(text)));
  }
});

function sortedLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/,$/, ''))
    .sort();
}
