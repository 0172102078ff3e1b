/**
 * The other mood: anything the schema admits, and pieces it does not. Plausible clusters are bent:
 * lists, repeated objects, strange owners, spelt-out nulls, odd spellings of blocks, and values of
 * the wrong type anywhere (D8).
 *
 * @module
 */
import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { plausible } from './cluster.ts';
import type { GeneratedCluster } from './cluster.ts';
import { FITTING, JUNK } from './junk.ts';
import { ODDITIES } from './oddities.ts';
import { owned } from './owner.ts';
import { paths, placeAt, replaceAt } from './tree.ts';
import type { Path } from './tree.ts';

/** Raw objects, some of them bent, and what pods' addresses are taken from. */
export type WildWorld = Pick<GeneratedCluster, 'objects' | 'podNetwork'>;

/** One change to one object: which, where in it, and what. */
interface Bend {
  readonly object: number;
  /** Whether only policies are meant, which have most of what can be wrong. */
  readonly policy: boolean;
  readonly place: number;
  /** Whether the value is one that this very field may not, or barely, have. */
  readonly fitting: boolean;
  readonly value: number;
}

const BEND: Arbitrary<Bend> = fc.record({
  object: fc.nat(30),
  policy: fc.boolean(),
  place: fc.nat(200),
  fitting: fc.boolean(),
  value: fc.nat(100),
});

/** Worlds that may hold anything; with policies of the tiers around NetworkPolicy up to so many. */
export function wild(clusterPolicies = 0): Arbitrary<WildWorld> {
  return fc
    .record({
      cluster: plausible({ workloads: 4, policies: 4, clusterPolicies }),
      bends: fc.array(BEND, { maxLength: 8 }),
      additions: fc.subarray([...ODDITIES], { maxLength: 2 }),
      family: fc.array(owned, { maxLength: 4 }),
      again: fc.array(BEND, { maxLength: 2 }),
      listed: fc.constantFrom('', '', 'List', 'typed'),
      podNetwork: fc.constantFrom(undefined, undefined, ['10.244.9.9/16'], ['fd00:244::/60']),
    })
    .map(({ cluster, bends, additions, family, again, listed, podNetwork }) => {
      const objects = bends.reduce<readonly object[]>(bendOne, cluster.objects);
      // the same object once more, a little different: applying it replaces the first
      const repeated = again.map((change) => {
        const one = objects[change.object % objects.length];
        return bendOne([one as object], { ...change, object: 0 })[0]!;
      });
      const all = [...objects, ...additions, ...family, ...repeated];
      return {
        objects: listed === '' ? all : asLists(all, listed === 'typed'),
        podNetwork: podNetwork ?? cluster.podNetwork,
      };
    });
}

function bendOne(objects: readonly object[], bend: Bend): readonly object[] {
  const among = objects.filter((one) => !bend.policy || isPolicy(one));
  const at = objects.indexOf(among[bend.object % among.length]!);
  return objects.map((one, i) => {
    if (i !== at) return one;
    const places = paths(one).filter(
      (path) => isBendable(one, path) && (!bend.fitting || fits(path)),
    );
    const path = places[bend.place % places.length];
    if (path === undefined) return one;
    const values = bend.fitting ? FITTING.get(fieldOf(path))! : JUNK;
    const value = values[bend.value % values.length];
    return isUnaskable(path, value) ? one : (replaceAt(one, path, value) as object);
  });
}

function isPolicy(object: object): boolean {
  return 'kind' in object && String(object.kind).endsWith('NetworkPolicy');
}

function fits(path: Path): boolean {
  return FITTING.has(fieldOf(path));
}

/** The key of the field a path leads to, or of the list it leads into. */
function fieldOf(path: Path): string {
  return String(path.findLast((key) => typeof key === 'string'));
}

/** Who can be asked about stays: with a broken name it is another, and questions ask for the old one. */
const FIXED: ReadonlySet<string> = new Set([
  'kind',
  'metadata',
  'metadata.name',
  'metadata.ownerReferences.kind',
  'metadata.ownerReferences.name',
]);

function isBendable(object: object, path: Path): boolean {
  const place = placeAt(path);
  return path.length > 0 && place !== 'kind' && (isPolicy(object) || !FIXED.has(place));
}

/** Ends are written `namespace/Kind/name`: no slash in any of them. */
function isUnaskable(path: Path, value: unknown): boolean {
  return fieldOf(path) === 'namespace' && String(value).includes('/');
}

/** One `List` of all, or a typed list for each kind, whose items leave kind and version out. */
function asLists(objects: readonly object[], typed: boolean): object[] {
  if (!typed) return [{ apiVersion: 'v1', kind: 'List', items: objects }];
  return objects.map((object) => {
    const { apiVersion, kind, ...item } = object as { apiVersion?: unknown; kind?: unknown };
    if (typeof kind !== 'string') return object;
    return { apiVersion, kind: `${kind}List`, items: [item] };
  });
}
