import { endpointFields } from '../pairs/endpoint.ts';
import { entriesOf, ENTRY_PASSES } from '../pairs/entries.ts';
import type { GroupOpening } from '../pairs/group-openings.ts';
import { mapGroups } from '../pairs/groups.ts';
import { mergeOpenings } from '../pairs/merge.ts';
import type { Openings } from '../pairs/openings.ts';
import { pairsOf } from '../pairs/pairs.ts';
import { openingsOf, portsValue } from '../pairs/ports.ts';
import type { Opening } from '../pairs/ports.ts';
import type { ReachRequest } from '../pairs/request.ts';
import { ReachView } from '../pairs/view.ts';
import { wayFields } from '../ways-in/ways-in.ts';
import { newPodFields } from '../words/new-pod-words.ts';
import type { Notation, Value } from '../words/notation.ts';

type Fields = readonly (readonly [name: string, text: string])[];

/** The documented structured form (`kind: Reachability`) in a notation, piece by piece. */
export function* reachDocument(request: ReachRequest, notation: Notation): Generator<string> {
  const { grouping } = request;
  yield notation.begin;
  yield notation.field('apiVersion', notation.value('sluice.dev/v1'), true);
  yield notation.field('kind', notation.value('Reachability'), false);
  if (grouping.by === 'workload') yield* byWorkload(request, notation);
  else yield* byGroup(request, notation);
  const problems = request.reachability.cluster.problems.map((problem) =>
    fieldsOf({ ...problem, place: problem.place.toJSON() }, notation),
  );
  if (request.waysIn !== undefined) {
    const ways = request.waysIn.map((way) => fieldsOf(wayFields(way), notation));
    yield* list('waysIn', ways, notation);
  }
  if (request.newPods !== undefined) {
    const pods = request.newPods.map((pod) => fieldsOf(newPodFields(pod), notation));
    yield* list('newPods', pods, notation);
  }
  yield* list('problems', problems, notation);
  yield notation.end;
}

function* byWorkload(request: ReachRequest, notation: Notation): Generator<string> {
  const view = new ReachView(request, request.expand ? 1 : ENTRY_PASSES);
  yield* list('endpoints', endpoints(view, notation), notation);
  const connections = request.expand ? expanded(view, notation) : grouped(view, notation);
  yield* list('connections', connections, notation);
}

function* endpoints(view: ReachView, notation: Notation): Generator<Fields> {
  const { nodes } = view.reachability.cluster;
  for (const { index, endpoints: own } of view.parts) {
    for (const endpoint of own)
      yield fieldsOf({ ...endpointFields(endpoint, nodes), class: index }, notation);
  }
}

function* grouped(view: ReachView, notation: Notation): Generator<Fields> {
  const names = view.parts.map(({ index }) => `${notation.comma}${index}`);
  const tails = new Tails(view, notation);
  for (const { from, to, id } of entriesOf(view)) {
    const ends: Fields = [
      ['from', numberList(from, names)],
      ['to', numberList(to, names)],
    ];
    for (const tail of tails.of(id)) yield [...ends, ...tail];
  }
}

/** Elements are put together by `+=`, by far the quickest way to long text. */
function numberList(numbers: ArrayLike<number>, names: readonly string[]): string {
  let text = `[${numbers[0]}`;
  for (let i = 1; i < numbers.length; i++) text += names[numbers[i]!]!;
  return `${text}]`;
}

function* expanded(view: ReachView, notation: Notation): Generator<Fields> {
  const tails = new Tails(view, notation);
  const names = new Map<string, string>();
  const nameOf = (id: string): string => {
    let name = names.get(id);
    if (name === undefined) names.set(id, (name = notation.value(id)));
    return name;
  };
  for (const { from, to, id } of pairsOf(view)) {
    for (const tail of tails.of(id))
      yield [['from', nameOf(from.id)], ['to', nameOf(to.id)], ...tail];
  }
}

/** The fields after `from` and `to`, made once for each reach id. */
class Tails {
  readonly #view: ReachView;
  readonly #notation: Notation;
  readonly #made: (readonly Fields[] | undefined)[] = [];

  constructor(view: ReachView, notation: Notation) {
    this.#view = view;
    this.#notation = notation;
  }

  of(id: number): readonly Fields[] {
    return (this.#made[id] ??= openingsOf(this.#view.letting(id)).map((opening) =>
      fieldsOf(openingFields(opening), this.#notation),
    ));
  }
}

function openingFields({ certainty, ports, because }: Opening): { [field: string]: Value } {
  return { certainty, ports: portsValue(ports), ...(because !== '' && { because }) };
}

function* byGroup(request: ReachRequest, notation: Notation): Generator<string> {
  const { grouping, expand } = request;
  const by = grouping.by === 'label' ? `label=${grouping.key}` : grouping.by;
  yield notation.field('by', notation.value(by), false);
  const { groups, openings } = mapGroups(request);
  const items = groups.map(({ id, endpoints: count }) =>
    fieldsOf({ id, endpoints: count }, notation),
  );
  yield* list('groups', items, notation);
  const id = (group: number): string => groups[group]!.id;
  if (expand) {
    yield* list('connections', expandedGroups(openings, id, notation), notation);
    return;
  }
  const merged = mergeOpenings(openings).map(({ from, to, opening }) =>
    fieldsOf(
      {
        from: from.map(id),
        to: to.map(id),
        ...openingFields(opening),
        pairs: opening.pairs,
      },
      notation,
    ),
  );
  yield* list('connections', merged, notation);
}

function* expandedGroups(
  openings: Openings<GroupOpening>,
  id: (group: number) => string,
  notation: Notation,
): Generator<Fields> {
  for (const { from, to, opening } of openings) {
    const ends = { from: id(from), to: id(to) };
    yield fieldsOf({ ...ends, ...openingFields(opening), pairs: opening.pairs }, notation);
  }
}

function fieldsOf(
  fields: { readonly [field: string]: Value | undefined },
  notation: Notation,
): Fields {
  const list: [string, string][] = [];
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined) list.push([name, notation.value(value)]);
  return list;
}

function* list(name: string, items: Iterable<Fields>, notation: Notation): Generator<string> {
  yield notation.listBegin(name);
  let empty = true;
  for (const item of items) {
    yield notation.item(item, empty);
    empty = false;
  }
  yield notation.listEnd(name, empty);
}
