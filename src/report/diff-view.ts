import { isRange } from '../evaluate/difference.ts';
import type {
  ChangedConnections,
  Difference,
  End,
  OwnConnections,
  Passing,
} from '../evaluate/difference.ts';
import { placesOf } from '../evaluate/difference-objects.ts';
import type { ChangedObject } from '../evaluate/difference-objects.ts';
import { rulesToBlame } from '../evaluate/difference-rules.ts';
import type { RulePlace } from '../evaluate/difference-rules.ts';
import type { Place } from '../model/place.ts';
import { NO_PORTS } from '../model/port-set.ts';
import { CONNECTION_CHANGES, connectionChange } from './diff-change.ts';
import type { ConnectionChange } from './diff-change.ts';
import { DiffLines } from './diff-lines.ts';
import type { DiffGrouping } from './diff-lines.ts';

/** Everything a report of a difference is made from. */
export interface DifferenceResult extends Difference {
  /** Connections of ends that only the newer, or only the older, cluster has; undefined when too many. */
  readonly added: readonly OwnConnections[] | undefined;
  readonly removed: readonly OwnConnections[] | undefined;
}

/** Connections that changed alike, in few words. */
export interface DiffLine {
  readonly change: ConnectionChange;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly before: Passing;
  readonly after: Passing;
  /** How many pairs of workloads, nodes and names; the outside counts as one. */
  readonly pairs: number;
  /** How many pairs the two ends have in all, where the line speaks of some of them. */
  readonly of?: number;
  readonly rules: readonly RulePlace[];
}

/** What some objects together did. */
export interface DiffSection {
  readonly causes: readonly ChangedObject[];
  readonly lines: readonly DiffLine[];
}

/** Something that only one of the clusters has. */
export interface OwnThing {
  readonly name: string;
  readonly kind: string;
  readonly place: Place | undefined;
}

/** What came, or went. */
export interface Presence {
  readonly change: 'added' | 'removed';
  readonly things: readonly OwnThing[];
  /** Undefined when they are too many to list. */
  readonly lines: readonly Pick<DiffLine, 'from' | 'to' | 'after' | 'pairs'>[] | undefined;
}

/** A difference for people. */
export interface DiffView {
  readonly counts: ReadonlyMap<ConnectionChange, number>;
  readonly sections: readonly DiffSection[];
  readonly presences: readonly Presence[];
  /** Objects that are in both, or are policies, and made no difference. */
  readonly idle: readonly ChangedObject[];
  /** Whether lines are by namespace because they would be too many. */
  readonly isBrief: boolean;
  readonly isSame: boolean;
}

/** Lines that are more than these, by workload, are not for people to read. */
const MOST_LINES = 150;

/** Whether nothing that may connect is different. */
export function isSame({ changed, ends }: Pick<Difference, 'changed' | 'ends'>): boolean {
  return changed.length === 0 && ends.every((end) => !isOwn(end, 'old') && !isOwn(end, 'new'));
}

/** Puts a difference in few words. */
export function viewOf(result: DifferenceResult, by: DiffGrouping): DiffView {
  const { changed, objects, ends } = result;
  const isBrief = by === 'workload' && changed.length > MOST_LINES;
  const grouping = isBrief ? 'namespace' : by;
  const common = ends.filter((end) => end.old !== undefined && end.new !== undefined);
  const sections = sectionsOf(result, new DiffLines(common, grouping));
  const counts = new Map<ConnectionChange, number>();
  for (const change of CONNECTION_CHANGES) {
    const count = sections
      .flatMap(({ lines }) => lines)
      .reduce((sum, line) => (line.change === change ? sum + line.pairs : sum), 0);
    if (count > 0) counts.set(change, count);
  }
  const causes = new Set(sections.flatMap((section) => section.causes));
  return {
    counts,
    sections,
    presences: [presenceOf(result, 'added', by), presenceOf(result, 'removed', by)].filter(
      (one) => one !== undefined,
    ),
    idle: objects.filter((object) => !causes.has(object) && !isPresence(object)),
    isBrief,
    isSame: isSame(result),
  };
}

function sectionsOf(result: DifferenceResult, lines: DiffLines): DiffSection[] {
  const byCauses = new Map<string, ChangedConnections[]>();
  for (const group of result.changed) {
    const key = group.causes.join();
    const alike = byCauses.get(key);
    if (alike === undefined) byCauses.set(key, [group]);
    else alike.push(group);
  }
  const sections = [...byCauses.values()].map((groups): DiffSection => {
    const told = groups.map((group) => ({
      ...group,
      change: connectionChange(group.before, group.after),
      rules: (): readonly RulePlace[] => rulesToBlame(result, group),
    }));
    return {
      causes: groups[0]!.causes.map((cause) => result.objects[cause]!),
      lines: lines.of(told),
    };
  });
  return sections.sort(
    (a, b) => a.causes.length - b.causes.length || byPlace(a.causes[0], b.causes[0]),
  );
}

function byPlace(a: ChangedObject | undefined, b: ChangedObject | undefined): number {
  const [first, second] = [a, b].map((object) => {
    const places = object && placesOf(object);
    return places?.new ?? places?.old;
  });
  if (first === undefined || second === undefined) return 0;
  return first.file < second.file
    ? -1
    : first.file > second.file
      ? 1
      : first.offset - second.offset;
}

/** Namespaces and nodes that came or went are told of as such, and so are Services, which connect nobody. */
function isPresence(object: ChangedObject): boolean {
  const isWhole = object.old === undefined || object.new === undefined;
  return isWhole && (object.is === 'namespace' || object.is === 'node' || object.is === 'service');
}

function isOwn(end: End, side: 'old' | 'new'): boolean {
  return end[side === 'old' ? 'new' : 'old'] === undefined && !isRange(end);
}

function presenceOf(
  result: DifferenceResult,
  change: 'added' | 'removed',
  by: DiffGrouping,
): Presence | undefined {
  const side = change === 'added' ? 'new' : 'old';
  const own = result.ends.filter((end) => isOwn(end, side));
  const things = own.flatMap(({ members }) => members.map(({ shown }) => shown)).map(thingOf);
  for (const object of result.objects) {
    if (object.is !== 'namespace' || object[side] === undefined || !isPresence(object)) continue;
    const { name, place } = object[side];
    if (place !== undefined) things.push({ name, kind: 'Namespace', place });
  }
  if (things.length === 0) return undefined;
  const connections = result[change];
  const there = result.ends.filter((end) => end[side] !== undefined);
  const nothing: Passing = { certain: NO_PORTS, depends: NO_PORTS };
  return {
    change,
    things,
    lines:
      connections &&
      new DiffLines(there, connections.length > MOST_LINES ? 'namespace' : by).of(
        connections.map(({ from, to, passing }) => {
          return { from, to, before: nothing, after: passing, change: 'opened', rules: () => [] };
        }),
      ),
  };
}

function thingOf(endpoint: End['members'][number]['shown']): OwnThing {
  switch (endpoint.kind) {
    case 'workload': {
      const { namespace, kind, name, place } = endpoint.workload;
      const number = /#\d+$/.exec(endpoint.id)?.[0] ?? '';
      return { name: `${namespace}/${name}${number}`, kind, place };
    }
    case 'node':
      return { name: endpoint.node.name, kind: 'Node', place: endpoint.node.place };
    case 'domain':
    case 'addresses':
      return { name: endpoint.id, kind: 'outside', place: undefined };
  }
}
