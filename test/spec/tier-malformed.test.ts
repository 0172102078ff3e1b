import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVALUATE } from '../conformance/evaluate.ts';
import type { Judge } from '../conformance/implementation.ts';
import { SPEC } from '../conformance/spec.ts';
import { SEED } from '../generators/seed.ts';
import { clusterPolicy } from './tier-object.ts';
import { DOMAINS, ENDS, plainWorlds, POD_NETWORK } from './tier-world.ts';

const PORTS = [{ protocol: 'TCP', port: 80 }, { protocol: 'other' }] as const;

type Path = readonly (string | number)[];

/** Values no field of a policy may have; undefined is a field left out. */
const JUNK: readonly unknown[] = [undefined, null, '', 'x', -1, 7.5, true, {}, [], [{}], { x: {} }];

/** Fields that say nothing of who may connect, or say less when they are left out. */
const HARMLESS = new Set(['metadata', 'apiVersion', 'kind', 'spec']);

/** Every place below a policy's spec that holds one of the words of the API. */
function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = [...path, Array.isArray(value) ? Number(key) : key];
    return [...(HARMLESS.has(key) ? [] : [place]), ...placesOf(inner, place)];
  });
}

/** The value with another at one place. */
function replaced(value: unknown, [key, ...rest]: Path, junk: unknown): unknown {
  if (key === undefined) return junk;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as {
    [key: string]: unknown;
  };
  copy[key] = replaced(copy[key], rest, junk);
  return copy;
}

/**
 * What may be left out or emptied and then is another policy, not a broken one: a list of rules,
 * the protocols, selectors and the requirements in them, and networks that are fewer.
 */
function isAnotherPolicy(path: Path, junk: unknown): boolean {
  const [, section] = path;
  const key = path.at(-1);
  const isEmpty = junk === undefined || junk === null;
  const isNothing = isEmpty || JSON.stringify(junk) === '{}' || JSON.stringify(junk) === '[]';
  if (isNothing && (section === 'ingress' || section === 'egress') && path.length === 2)
    return true;
  if (isEmpty && key === 'protocols') return true;
  if (isNothing && (key === 'matchLabels' || key === 'namespaceSelector')) return true;
  if (JSON.stringify(junk) === '{}' && ['namespaces', 'nodes', 'podSelector'].includes(`${key}`)) {
    return true;
  }
  if (path.at(-2) === 'matchLabels') return typeof junk === 'string'; // another value
  if (key === 'priority') return Number.isInteger(junk); // another place
  return key === 'destinationNamedPort' && typeof junk === 'string' && junk !== '';
}

test.each([SPEC, EVALUATE])(
  '$name: a part that cannot be read never allows more',
  ({ judgeOf }) => {
    const property = fc.property(plainWorlds, fc.nat(), fc.nat(), ({ objects, policies }, n, m) => {
      const written = policies.map(clusterPolicy);
      const places = written.flatMap((policy, i) => placesOf(policy).map((path) => ({ i, path })));
      const place = places[n % Math.max(1, places.length)];
      const junk = JUNK[m % JUNK.length];
      fc.pre(place !== undefined && !isAnotherPolicy(place.path, junk));
      const broken = written.with(place.i, replaced(written[place.i], place.path, junk));

      const read = (all: readonly unknown[]): Judge =>
        judgeOf({ objects: [...objects, ...all], podNetwork: POD_NETWORK });
      const [before, after] = [read(written), read(broken)];
      const ranks = ['denied', 'depends', 'allowed'];
      for (const from of ENDS) {
        for (const to of [...ENDS, ...DOMAINS]) {
          for (const port of PORTS) {
            const question = { from, to, ...port };
            const [first, second] = [before(question)!, after(question)!];
            const opened = ranks.indexOf(second.answer) > ranks.indexOf(first.answer);
            expect(opened && { question, first, second, broken: broken[place.i] }).toBe(false);
          }
        }
      }
    });
    fc.assert(property, { seed: SEED, numRuns: 150 });
  },
);
