/**
 * Decision D8 as laws. A part that cannot be read is worth exactly what the tightest readable one in
 * its place is worth, so it never opens anything.
 */
import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { Direction } from '../../src/model/policy.ts';
import { plausible, policyObjects } from '../generators/cluster.ts';
import type { GeneratedCluster } from '../generators/cluster.ts';
import { questionsOf } from '../generators/questions.ts';
import { paths, partAt, placeAt, removeAt, replaceAt } from '../generators/tree.ts';
import type { Path } from '../generators/tree.ts';
import { compare, law, rank, read, same } from './law.ts';
import type { Read } from './law.ts';

/** Not a map, a list, a name, an address, a port or a word of the API; in no place readable. */
const UNREADABLE = 5.5;

interface Mangled {
  readonly cluster: GeneratedCluster;
  readonly policy: number;
  readonly path: Path;
}

/** A cluster, and a place in the spec of one of its policies. */
function mangled(where: (place: string) => boolean): Arbitrary<Mangled | undefined> {
  return fc
    .record({ cluster: plausible(), policy: fc.nat(9), place: fc.nat(200) })
    .map(({ cluster, policy: n, place }) => {
      const policy = n % cluster.policies.length;
      const { spec } = cluster.policies[policy]!;
      const places = paths(spec).filter((path) => where(placeAt(path)));
      const path = places[place % places.length];
      return path && { cluster, policy, path };
    });
}

/** The cluster with another spec in one policy. */
function withSpec({ cluster, policy }: Mangled, spec: unknown): Read {
  const policies = policyObjects(cluster.policies);
  policies[policy] = { ...policies[policy], spec };
  return read({ ...cluster, objects: [...cluster.others, ...policies] });
}

function specOf({ cluster, policy }: Mangled): unknown {
  return cluster.policies[policy]!.spec;
}

law(
  'malformed parts never open',
  mangled(() => true),
  (value) => {
    if (value === undefined) return undefined;
    const before = read(value.cluster);
    const after = withSpec(value, replaceAt(specOf(value), value.path, UNREADABLE));
    const questions = questionsOf(value.cluster, 2);
    return compare(questions, before, after, (was, is) => rank(is.answer) <= rank(was.answer));
  },
);

// Each place, and what is worth as much as something unreadable there.
law(
  'a malformed part is worth the tightest readable one',
  mangled((place) => place !== ''),
  (value) => {
    if (value === undefined) return undefined;
    const tight = tightest(specOf(value), value.path);
    if (tight === undefined) return undefined;
    const before = withSpec(value, tight);
    const after = withSpec(value, replaceAt(specOf(value), value.path, UNREADABLE));
    return compare(questionsOf(value.cluster, 2), before, after, same);
  },
);

/** The spec with the unreadable part taken out so that it is worth the same; undefined to leave it. */
function tightest(spec: unknown, path: Path): unknown {
  const [field, ...inside] = path;
  switch (field) {
    case 'policyTypes':
      return withoutTypes(spec as object, inside[0]);
    case 'podSelector':
      return tightestSubject(spec, path);
    case 'ingress':
    case 'egress':
      return inside.length === 0
        ? withoutRules(spec as object, field)
        : tightestRule(spec, path, field);
    default:
      return undefined;
  }
}

/** Both directions isolated, with rules only for those that policyTypes lists without the item, if it is one. */
function withoutTypes(spec: object, item: Path[number] | undefined): object {
  const { policyTypes = [] } = spec as { policyTypes?: readonly string[] };
  const listed = item === undefined ? [] : policyTypes.filter((_, i) => i !== item);
  const closed = {
    ...(listed.includes('Ingress') ? {} : { ingress: [] }),
    ...(listed.includes('Egress') ? {} : { egress: [] }),
  };
  return { ...spec, ...closed, policyTypes: ['Ingress', 'Egress'] };
}

/** No rules in a direction that is isolated: if nothing says so, egress rules did (S7). */
function withoutRules(spec: object, field: Direction): object {
  const { policyTypes = [] } = spec as { policyTypes?: readonly string[] };
  const types = policyTypes.length > 0 ? policyTypes : typesWith(spec, field);
  return { ...spec, [field]: [], policyTypes: types };
}

function typesWith(spec: object, field: Direction): string[] {
  const { egress = [] } = spec as { egress?: readonly object[] };
  return field === 'egress' || egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

/** A requirement goes, a selector that is none selects everything, and the rules allow nothing. */
function tightestSubject(spec: unknown, path: Path): unknown {
  const [, list, ...inside] = path;
  // of matchLabels one entry, of matchExpressions one item, or all of either
  const end = list === undefined ? path.length : inside.length > 0 ? 3 : 2;
  const wider = removeAt(spec, path.slice(0, end)) as { egress?: readonly object[] };
  const { egress = [] } = wider;
  const closed = withoutRules(wider, egress.length > 0 ? 'egress' : 'ingress');
  return { ...closed, ingress: [], egress: [] };
}

/** A peer or port goes, and with the last one, or with the list, the whole rule. */
function tightestRule(spec: unknown, path: Path, field: Direction): unknown {
  const [, , list, item] = path;
  const rest = partAt(spec, path.slice(0, 3));
  if (list !== undefined && item !== undefined && Array.isArray(rest) && rest.length > 1)
    return removeAt(spec, path.slice(0, 4));
  // the last rule of an absent policyTypes isolates egress, which must stay so
  const kept = removeAt(spec, path.slice(0, 2)) as object;
  const { policyTypes = [] } = spec as { policyTypes?: readonly string[] };
  return policyTypes.length > 0 ? kept : { ...kept, policyTypes: typesWith(spec as object, field) };
}
