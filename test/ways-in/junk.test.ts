import { readFileSync, readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import { JSON_SCHEMA, loadAll } from 'js-yaml';
import { expect, test } from 'vitest';
import { populationOf } from '../../src/evaluate/population/population.ts';
import { INTERNET, findParty } from '../../src/evaluate/question/party.ts';
import type { AddressEndpoint } from '../../src/evaluate/verdict/endpoint.ts';
import { waysIn } from '../../src/evaluate/ways-in/ways-in.ts';
import { wayFields } from '../../src/report/ways-in/ways-in.ts';
import { clusterOf } from '../conformance/manifests.ts';
import { SEED } from '../generators/seed.ts';
import { paths, removeAt, replaceAt } from '../generators/tree.ts';

const FOLDER = new URL('cases/', import.meta.url);

const WORLDS: readonly (readonly object[])[] = readdirSync(FOLDER).map((file) => {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  return loadAll(text, null, { schema: JSON_SCHEMA }).slice(1) as object[];
});

/** What may stand anywhere by mistake. */
const JUNK: readonly unknown[] = [
  null,
  '',
  'x',
  0,
  -1,
  70_000,
  true,
  [],
  {},
  [null],
  [{}],
  '*',
  '__proto__',
];

test('whatever stands in the objects, they are read, and every way in can be told', () => {
  const damage = fc.record({
    place: fc.nat(),
    junk: fc.option(fc.constantFrom(...JUNK), { nil: undefined }),
  });
  const world = fc.record({
    objects: fc.constantFrom(...WORLDS),
    damages: fc.array(damage, { minLength: 1, maxLength: 3 }),
  });
  fc.assert(
    fc.property(world, ({ objects, damages }) => {
      let damaged: unknown = objects;
      for (const { place, junk } of damages) {
        // of the root and whole objects there is nothing to be read
        const all = paths(damaged).filter((path) => path.length > 2);
        if (all.length === 0) return;
        const path = all[place % all.length]!;
        damaged = junk === undefined ? removeAt(damaged, path) : replaceAt(damaged, path, junk);
      }
      const cluster = clusterOf({ objects: damaged as object[], podNetwork: undefined });
      const party = findParty(cluster, populationOf(cluster), INTERNET);
      if (party.kind !== 'endpoints') throw new Error('the internet is somebody');
      const ways = waysIn(cluster, populationOf(cluster), party.endpoints as AddressEndpoint[]);
      for (const way of ways) {
        const { because } = wayFields(way);
        expect(because === undefined).toBe(way.answer === 'allowed');
        expect(JSON.stringify(wayFields(way))).not.toContain('undefined');
      }
    }),
    { numRuns: 800, seed: SEED },
  );
});
