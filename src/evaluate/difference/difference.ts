import type { Cluster } from '../../model/cluster.ts';
import { NO_PORTS, intersectPorts } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import { Reachability } from '../map/reachability.ts';
import { Blame } from './blame.ts';
import { PairGroups } from './groups.ts';
import { knowingNames } from './names.ts';
import type { ChangedObject } from './objects.ts';
import { forEachChangedRow, Passings } from './rows.ts';
import type { Maps, Passing } from './rows.ts';
import { scopeOf } from './scope.ts';
import type { End, ObjectSet } from './scope.ts';

export type { Maps, Passing } from './rows.ts';
export type { End, ObjectSet } from './scope.ts';

/** Connections that changed alike, by the same objects: every end in `from` with every other one in `to`. */
export interface ChangedConnections {
  readonly from: readonly End[];
  readonly to: readonly End[];
  readonly before: Passing;
  readonly after: Passing;
  /** Numbers of the changed objects that made the difference. */
  readonly causes: ObjectSet;
}

/** Connections of ends that only one of the clusters has. */
export interface OwnConnections {
  readonly from: readonly End[];
  readonly to: readonly End[];
  readonly passing: Passing;
}

/** What is not the same in two clusters. */
export interface Difference extends Maps {
  readonly ends: readonly End[];
  readonly objects: readonly ChangedObject[];
  /** Of ends that are in both clusters. */
  readonly changed: readonly ChangedConnections[];
}

/** What part of a difference is asked for. */
export interface DifferenceFilter {
  readonly source?: (end: End) => boolean;
  readonly destination?: (end: End) => boolean;
  readonly ports?: PortSet;
}

/** The maps of two clusters, ready to be compared: the same DNS names are ends in both. */
export function mapsOf(old: Cluster, current: Cluster): Maps {
  const [before, after] = knowingNames(old, current);
  return { old: new Reachability(before), new: new Reachability(after) };
}

/** Compares two maps: what changed for those that are in both clusters, and which objects did it. */
export function differenceOf(maps: Maps, filter: DifferenceFilter = {}): Difference {
  const scope = scopeOf(maps.old, maps.new);
  const { objects, ends } = scope;
  const passings = new Passings();
  const within = narrowing(passings, filter.ports);
  const clusters = { old: maps.old.cluster, new: maps.new.cluster };
  const blame = new Blame(clusters, scope, passings.list);
  const kinds = new ChangeKinds();
  const groups = new PairGroups(ends);
  const isDestination = memo(ends, filter.destination);
  const isSource = memo(ends, filter.source);
  forEachChangedRow(maps, ends, passings, ({ from, count, to, before, after }) => {
    if (!isSource(from)) return;
    const destinations: number[] = [];
    const own: number[] = [];
    for (let i = 0; i < count; i++) {
      const was = within(before[i]!);
      const is = within(after[i]!);
      const end = ends[to[i]!]!;
      if (was === is || !isDestination(end)) continue;
      destinations.push(end.index);
      own.push(kinds.of(was, is, blame.causes(from, end, was, is)));
    }
    if (destinations.length > 0) groups.add(from.index, destinations, own);
  });
  const changed = groups.list().map(({ from, to, kind }) => {
    const { before, after, causes } = kinds.list[kind]!;
    return {
      from: from.map((end) => ends[end]!),
      to: Array.from(to, (end) => ends[end]!),
      before: passings.list[before]!,
      after: passings.list[after]!,
      causes,
    };
  });
  return { ...maps, ends, objects, changed };
}

/** How many ends of a cluster's own have their connections listed; those of more are not for people to read. */
const MOST_OWN = 400;

/**
 * The connections of the ends that only one of the clusters has; undefined when they are too many. Ends that
 * are alone are not their own peers.
 */
export function ownConnections(
  { ends, ...maps }: Pick<Difference, 'old' | 'new' | 'ends'>,
  side: 'old' | 'new',
  filter: DifferenceFilter = {},
): readonly OwnConnections[] | undefined {
  const map = maps[side];
  const other = side === 'old' ? 'new' : 'old';
  const there = ends.filter((end) => end[side] !== undefined);
  const own = there.filter((end) => end[other] === undefined && !isRange(end));
  if (own.length > MOST_OWN) return undefined;
  const passings = new Passings();
  const read = passings.reader(map);
  const within = narrowing(passings, filter.ports);
  const nothing = passings.add({ certain: NO_PORTS, depends: NO_PORTS });
  const groups = new PairGroups(ends);
  const isOwn = new Set(own);
  const sources = there.filter((end) => filter.source?.(end) ?? true);
  const destinations = there.filter((end) => filter.destination?.(end) ?? true);
  const ownDestinations = destinations.filter((end) => isOwn.has(end));
  for (const from of sources) {
    const to: number[] = [];
    const kinds: number[] = [];
    for (const end of isOwn.has(from) ? destinations : ownDestinations) {
      if (end === from && !from.hasTwo) continue;
      const passing = within(read(map.pair(from[side]!, end[side]!)));
      if (passing === nothing) continue;
      to.push(end.index);
      kinds.push(passing);
    }
    if (to.length > 0) groups.add(from.index, to, kinds);
  }
  return groups.list().map(({ from, to, kind }) => ({
    from: from.map((end) => ends[end]!),
    to: Array.from(to, (end) => ends[end]!),
    passing: passings.list[kind]!,
  }));
}

/** Whether an end is outside addresses. */
export function isRange({ members }: End): boolean {
  return members[0]!.shown.kind === 'addresses';
}

function narrowing(passings: Passings, ports: PortSet | undefined): (passing: number) => number {
  if (ports === undefined) return (passing) => passing;
  const known: number[] = [];
  return (passing) =>
    (known[passing] ??= passings.add({
      certain: intersectPorts(passings.list[passing]!.certain, ports),
      depends: intersectPorts(passings.list[passing]!.depends, ports),
    }));
}

function memo(
  ends: readonly End[],
  asks: ((end: End) => boolean) | undefined,
): (end: End) => boolean {
  if (asks === undefined) return () => true;
  const wanted = new Set(ends.filter(asks));
  return (end) => wanted.has(end);
}

/** Above every number of a passing. */
const MOST_PASSINGS = 0x100_0000;

/** What became of a connection, by whom: each kept once. */
class ChangeKinds {
  readonly list: { before: number; after: number; causes: ObjectSet }[] = [];
  readonly #numbers = new Map<ObjectSet, Map<number, number>>();

  of(before: number, after: number, causes: ObjectSet): number {
    let own = this.#numbers.get(causes);
    if (own === undefined) this.#numbers.set(causes, (own = new Map<number, number>()));
    const key = before * MOST_PASSINGS + after;
    let number = own.get(key);
    if (number === undefined)
      own.set(key, (number = this.list.push({ before, after, causes }) - 1));
    return number;
  }
}
