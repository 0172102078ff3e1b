import { headCount, isSubject } from '../../evaluate/verdict/endpoint.ts';
import { NO_ADDRESSES } from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import type { Direction } from '../../model/policy.ts';
import { mapGroups, NODES_GROUP, OUTSIDE_GROUP } from './groups.ts';
import type { GroupMap } from './groups.ts';
import { mergeOpenings } from './merge.ts';
import { Openings } from './openings.ts';
import { openingsOf } from './ports.ts';
import type { Opening } from './ports.ts';
import type { ReachRequest } from './request.ts';
import { compareUnits, Naming } from './unit.ts';
import type { Unit } from './unit.ts';
import { NOTHING, ReachView } from './view.ts';
import type { Part } from './view.ts';

/** Every unit in `from` reaches every unit in `to` (one that is alone not itself). */
export interface Line extends Opening {
  readonly from: readonly Unit[];
  readonly to: readonly Unit[];
  /** Of groups: whether all pairs of their members do, or some. */
  readonly pairs?: 'all' | 'some';
}

/** A map in a few numbers. */
export interface MapSummary {
  /** What can be at the ends: workloads, or groups. */
  readonly sources: readonly Unit[];
  readonly destinations: readonly Unit[];
  /** Pairs of workloads or groups: how many there are, connected, and connected only perhaps. */
  readonly pairs: { readonly all: number; readonly connected: number; readonly uncertain: number };
}

/** A map for people: few lines that say much. */
export interface LineMap extends MapSummary {
  readonly lines: readonly Line[];
  /** All outside addresses, of which units may be parts. */
  readonly outside: AddressSet;
}

/** The lines of a request by workload, or by groups. */
export function linesOf(request: ReachRequest): LineMap {
  if (request.grouping.by === 'workload') return workloadLines(request);
  return linesOfGroups(mapGroups(request));
}

function workloadLines(request: ReachRequest): LineMap {
  const { reachability } = request;
  const view = new ReachView(request, 1);
  const naming = new Naming(reachability.population.endpoints);
  const openings = new Openings();
  const pairs = { all: 0, connected: 0, uncertain: 0 };
  const targets = view.parts.filter(({ isDestination }) => isDestination);
  view.forEachRow((from, row) => {
    const source = view.parts[from]!;
    openings.begin(from);
    for (const target of targets) {
      const to = target.index;
      const cell = row[to]!;
      const found = cell === NOTHING ? [] : openingsOf(view.letting(cell));
      if (isPods(source) && isPods(target) && view.asks(source, target))
        countPairs(pairs, source, target, found);
      for (const opening of found) openings.add(to, openings.kindOf(opening));
    }
  });
  const isOpen = (part: number, direction: Direction): boolean =>
    isSubject(view.parts[part]!.endpoints[0]!) &&
    !reachability.isHeld(view.parts[part]!.class, direction);
  const unitsOf = (parts: readonly number[]): Unit[] =>
    naming.units(
      parts.flatMap((part) => view.parts[part]!.endpoints),
      (endpoint) => {
        const part = reachability.population.classOf[naming.indexOf(endpoint)]!;
        return { ingress: isOpen(part, 'ingress'), egress: isOpen(part, 'egress') };
      },
    );
  const lines = mergeOpenings(openings, (from) => String(isOpen(from, 'egress')))
    .map(({ from, to, opening: { certainty, ports, because, unknowns } }) => ({
      certainty,
      ports,
      because,
      unknowns,
      ...withoutItself(unitsOf(from), unitsOf(to)),
    }))
    .filter(({ to }) => to.length > 0);
  const workloads = (role: 'isSource' | 'isDestination'): Unit[] =>
    unitsOf(
      view.parts
        .filter((part) => isPods(part) && part[role] && part.isAbout)
        .map(({ index }) => index),
    );
  return {
    lines: lines.sort(byEnds),
    sources: workloads('isSource'),
    destinations: workloads('isDestination'),
    outside: naming.whole,
    pairs,
  };
}

function isPods({ endpoints }: Part): boolean {
  return endpoints[0]!.kind === 'workload';
}

function countPairs(
  pairs: { all: number; connected: number; uncertain: number },
  from: Part,
  to: Part,
  openings: readonly Opening[],
): void {
  const themselves =
    from === to ? from.endpoints.filter((endpoint) => headCount(endpoint) < 2).length : 0;
  const count = from.endpoints.length * to.endpoints.length - themselves;
  pairs.all += count;
  if (openings.some(({ certainty }) => certainty === 'allowed')) pairs.connected += count;
  else if (openings.length > 0) pairs.uncertain += count;
}

/** A line about a single pod does not say that it reaches itself. */
function withoutItself(from: Unit[], to: Unit[]): { from: Unit[]; to: Unit[] } {
  const only = from.length === 1 && from[0]!.alone ? from[0]!.name : undefined;
  return { from, to: to.filter(({ name }) => name !== only) };
}

/** The groups of a map as things people read of, by number. */
export function unitsOfGroups({ groups }: GroupMap): Unit[] {
  return groups.map(({ id, open }): Unit => ({
    kind: id === OUTSIDE_GROUP ? 'outside' : id === NODES_GROUP ? 'node' : 'group',
    name: id,
    order: id.replace(/^\(/, '~'),
    namespace: undefined,
    alone: false,
    open,
    addresses: undefined,
  }));
}

/** A map between groups in a few numbers; `units` are those of {@link unitsOfGroups}. */
export function summaryOfGroups(
  { openings, sources, destinations }: GroupMap,
  units: readonly Unit[],
): MapSummary {
  const isSure = openings.kinds.map(({ certainty }) => certainty === 'allowed');
  let [connected, uncertain] = [0, 0];
  openings.forEachSource((_, to, kinds) => {
    for (let i = 0; i < to.length; i++) {
      // an uncertain opening may follow the sure one of the same two groups
      if (isSure[kinds[i]!]) connected++;
      else if (to[i] !== to[i - 1]) uncertain++;
    }
  });
  return {
    sources: sources.map((group) => units[group]!),
    destinations: destinations.map((group) => units[group]!),
    pairs: { all: sources.length * destinations.length, connected, uncertain },
  };
}

/** The lines of a map between groups. */
export function linesOfGroups(map: GroupMap): LineMap {
  const units = unitsOfGroups(map);
  const unit = (group: number): Unit => units[group]!;
  const { openings } = map;
  const lines = mergeOpenings(openings, (from) => String(unit(from).open.egress)).map(
    ({ from, to, opening: { certainty, ports, because, unknowns, pairs } }) => ({
      from: from.map(unit),
      to: to.map(unit),
      certainty,
      ports,
      because,
      unknowns,
      pairs,
    }),
  );
  return { ...summaryOfGroups(map, units), lines: lines.sort(byEnds), outside: NO_ADDRESSES };
}

function byEnds(a: Line, b: Line): number {
  return compareLists(a.from, b.from) || compareLists(a.to, b.to);
}

function compareLists(a: readonly Unit[], b: readonly Unit[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareUnits(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
