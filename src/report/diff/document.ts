import type {
  Difference,
  End,
  OwnConnections,
  Passing,
} from '../../evaluate/difference/difference.ts';
import { changeOf, isOwnChange, nameOf, placesOf } from '../../evaluate/difference/objects.ts';
import type { ChangedObject } from '../../evaluate/difference/objects.ts';
import { rulesToBlame } from '../../evaluate/difference/rules.ts';
import { isNoPorts } from '../../model/port-set.ts';
import type { Problem } from '../../model/problem.ts';
import { endpointFields } from '../pairs/endpoint.ts';
import { portsValue } from '../pairs/ports.ts';
import { wayFields } from '../ways-in/ways-in.ts';
import type { Notation, Value } from '../words/notation.ts';
import { connectionChange } from './change.ts';
import { isSame, ownEnds } from './own.ts';
import type { DifferenceResult } from './result.ts';

type Item = { readonly [field: string]: Value | undefined };

/** The documented structured form (`kind: Difference`) in a notation, piece by piece. */
export function* diffDocument(result: DifferenceResult, notation: Notation): Generator<string> {
  yield notation.begin;
  yield notation.field('apiVersion', notation.value('sluice.dev/v1'), true);
  yield notation.field('kind', notation.value('Difference'), false);
  yield notation.field('same', notation.value(isSame(result)), false);
  yield* list('objects', objects(result), notation);
  yield* list('endpoints', endpoints(result), notation);
  yield* list('connections', connections(result), notation);
  for (const change of ['added', 'removed'] as const) {
    const own = result[change];
    if (own !== undefined) yield* list(`${change}Connections`, ownItems(own), notation);
  }
  yield* list('waysIn', ways(result), notation);
  yield* list('problems', problems(result), notation);
  yield notation.end;
}

function* objects({ objects: all, changed }: DifferenceResult): Generator<Item> {
  const causes = new Set(changed.flatMap((group) => group.causes));
  for (const [number, object] of all.entries()) {
    if (!causes.has(number) && !isOwnChange(object)) continue;
    const { kind, namespace, name } = nameOf(object);
    const { old, new: current } = placesOf(object);
    yield {
      number,
      kind,
      namespace,
      name,
      change: changeOf(object),
      aspects: aspectsOf(object),
      effect: causes.has(number),
      old: old?.toJSON(),
      new: current?.toJSON(),
    };
  }
}

function aspectsOf(object: ChangedObject): readonly string[] | undefined {
  return object.is === 'workload' ? object.aspects : undefined;
}

/** The ends that connections speak of, and those that only one of the clusters has. */
function* endpoints(result: DifferenceResult): Generator<Item> {
  const spoken = new Set<End>([...ownEnds(result, 'old'), ...ownEnds(result, 'new')]);
  for (const group of [...result.changed, ...(result.added ?? []), ...(result.removed ?? [])]) {
    for (const end of group.from) spoken.add(end);
    for (const end of group.to) spoken.add(end);
  }
  for (const end of result.ends) {
    if (!spoken.has(end)) continue;
    const map = end.new === undefined ? result.old : result.new;
    for (const { shown } of end.members) {
      const where = end.old === undefined ? 'new' : end.new === undefined ? 'old' : 'both';
      yield { ...endpointFields(shown, map.cluster.nodes), class: end.index, in: where };
    }
  }
}

/** Finding rules asks about each group again; of more groups than this, nobody reads them. */
const MOST_WITH_RULES = 5_000;

function* connections(result: Difference): Generator<Item> {
  const hasRules = result.changed.length <= MOST_WITH_RULES;
  for (const group of result.changed) {
    const { from, to, before, after, causes } = group;
    yield {
      change: connectionChange(before, after),
      from: from.map(({ index }) => index),
      to: to.map(({ index }) => index),
      before: passingFields(before),
      after: passingFields(after),
      causes,
      rules: (hasRules ? rulesToBlame(result, group) : []).map(({ in: side, place }) => ({
        in: side,
        place: place.toJSON(),
      })),
    };
  }
}

function* ownItems(own: readonly OwnConnections[]): Generator<Item> {
  for (const { from, to, passing } of own) {
    yield {
      from: from.map(({ index }) => index),
      to: to.map(({ index }) => index),
      ...passingFields(passing),
    };
  }
}

function* ways(result: DifferenceResult): Generator<Item> {
  for (const { change, before, after } of result.ways) {
    yield {
      change,
      ...(before && { before: wayFields(before) }),
      ...(after && { after: wayFields(after) }),
    };
  }
}

function passingFields({ certain, depends }: Passing): { [field: string]: Value } {
  return {
    ...(!isNoPorts(certain) && { allowed: portsValue(certain) }),
    ...(!isNoPorts(depends) && { depends: portsValue(depends) }),
  };
}

function* problems({ old, new: current }: DifferenceResult): Generator<Item> {
  const item = (one: Problem, side: string): Item => ({
    in: side,
    code: one.code,
    severity: one.severity,
    message: one.message,
    place: one.place.toJSON(),
  });
  for (const one of old.cluster.problems) yield item(one, 'old');
  for (const one of current.cluster.problems) yield item(one, 'new');
}

function* list(name: string, items: Iterable<Item>, notation: Notation): Generator<string> {
  yield notation.listBegin(name);
  let empty = true;
  for (const item of items) {
    const fields: [string, string][] = [];
    for (const [field, value] of Object.entries(item))
      if (value !== undefined) fields.push([field, notation.value(value)]);
    yield notation.item(fields, empty);
    empty = false;
  }
  yield notation.listEnd(name, empty);
}
