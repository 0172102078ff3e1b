import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findGuilty } from '../../src/agent/guilty.ts';
import { KnownCluster } from '../../src/agent/known-cluster.ts';
import { mergeChanges } from '../../src/agent/merged-change.ts';
import { unusedGeneration } from '../../src/agent/running-state.ts';
import { changesBetween } from '../../src/compile/matrix/change.ts';
import { SEED } from '../generators/seed.ts';
import { DENY, allowing, clusterOf } from './cluster.ts';

const options = { seed: SEED, numRuns: 200 };

const clusters = fc
  .array(
    fc.tuple(
      fc.dictionary(
        fc.constantFrom('a', 'b', 'c'),
        fc.constantFrom(DENY, allowing(1), allowing(2)),
      ),
      fc.dictionary(fc.constantFrom('u', 'v', 'w'), fc.constantFrom('10.77.0.1', '10.77.0.2')),
    ),
    { minLength: 2, maxLength: 6 },
  )
  .map((list) => list.map(([policies, pods]) => clusterOf(policies, pods)));

describe('changes', () => {
  test('that are merged come to the same as one after the other', () => {
    fc.assert(
      fc.property(clusters, (states) => {
        const changes = states.slice(1).map((next, i) => changesBetween(states[i]!, next));
        const known = new KnownCluster(states[0]!);
        known.apply(mergeChanges(changes));
        const { policies, pods, namespaces } = changesBetween(
          known.toCluster(new Set()),
          states.at(-1)!,
        );
        const nothing = { upserted: [], removed: [] };
        expect([policies, pods, namespaces]).toEqual([nothing, nothing, nothing]);
      }),
      options,
    );
  });

  test('never say of one key both that it came and that it went', () => {
    fc.assert(
      fc.property(clusters, (states) => {
        const changes = states.slice(1).map((next, i) => changesBetween(states[i]!, next));
        const { policies, pods } = mergeChanges(changes);
        const names = policies.upserted.map(({ name }) => `shop/${name}`);
        expect(names.filter((name) => policies.removed.includes(name))).toEqual([]);
        expect(new Set(names).size).toBe(names.length);
        const podNames = pods.upserted.map(({ pod }) => `shop/${pod.name}`);
        expect(podNames.filter((name) => pods.removed.includes(name))).toEqual([]);
      }),
      options,
    );
  });

  test('put aside a policy without freeing its pods', () => {
    const known = new KnownCluster(clusterOf({ a: allowing(1), b: allowing(2) }));
    const { policies } = known.toCluster(new Set(['shop/a']));
    expect(policies.map(({ name, isolates, ingress }) => [name, isolates, ingress.length])).toEqual(
      [
        ['a', ['ingress'], 0],
        ['b', ['ingress'], 1],
      ],
    );
  });
});

test('the guilty are found, all of them and nobody else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 20 }),
      fc.infiniteStream(fc.boolean()),
      async (suspects, coin) => {
        const guilty = suspects.filter(() => coin.next().value);
        const found = await findGuilty(suspects, async (aside) =>
          guilty.every((one) => aside.includes(one)),
        );
        expect(found).toEqual(guilty);
      },
    ),
    options,
  );
});

describe('the generation to begin with', () => {
  test.each([
    [[], 0],
    [[0], 0],
    [[1], 1],
    [[7], 7],
    [[40_000], 40_000],
    [[1, 65_535], 1],
    [[0x1_0007], 7],
    [[10, 20, 60_000], 20],
    [[10, 40_000, 65_535], 10],
  ])('after the marks %j is %d', (marks, generation) => {
    expect(unusedGeneration(new Set(marks))).toBe(generation);
  });

  test('is followed by many that no mark holds', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 0xffff_ffff }), { maxLength: 60 }), (marks) => {
        const used = new Set(marks.map((mark) => mark & 0xffff));
        let next = unusedGeneration(new Set(marks));
        for (let i = 0; i < 1000; i++) {
          next = (next % 0xffff) + 1;
          if (used.has(next)) return false;
        }
        return true;
      }),
      options,
    );
  });
});
