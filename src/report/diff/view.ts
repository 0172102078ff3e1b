import type { End, Passing } from '../../evaluate/difference/difference.ts';
import { isOwnChange } from '../../evaluate/difference/objects.ts';
import type { ChangedObject } from '../../evaluate/difference/objects.ts';
import type { WayChange } from '../../evaluate/ways-in/way-changes.ts';
import { NO_PORTS } from '../../model/port-set.ts';
import { CONNECTION_CHANGES } from './change.ts';
import type { ConnectionChange } from './change.ts';
import { DiffLines } from './lines.ts';
import type { DiffGrouping } from './lines.ts';
import { isSame, ownEnds } from './own.ts';
import type { DifferenceResult, DiffView, OwnThing, Presence } from './result.ts';
import { sectionsOf } from './sections.ts';
import type { Sectioning } from './sections.ts';

/** Lines that are more than these, by workload, are not for people to read. */
const MOST_LINES = 150;

/** Puts a difference in few words. */
export function viewOf(
  result: DifferenceResult,
  by: DiffGrouping,
  sectioning: Sectioning = 'few',
): DiffView {
  const { changed, objects, ends } = result;
  const isBrief = by === 'workload' && changed.length > MOST_LINES;
  const grouping = isBrief ? 'namespace' : by;
  const common = ends.filter((end) => end.old !== undefined && end.new !== undefined);
  const sections = sectionsOf(result, new DiffLines(common, grouping), sectioning);
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
    ways: result.ways,
    idle: objects.filter(
      (object) =>
        !causes.has(object) &&
        !isPresence(object) &&
        isOwnChange(object) &&
        !isOnWay(object, result.ways),
    ),
    isBrief,
    isSame: isSame(result),
    isNarrow: result.isNarrow,
  };
}

/** Whether it is a Service that a changed way in leads through. */
function isOnWay(object: ChangedObject, ways: readonly WayChange[]): boolean {
  const service = object.is === 'service' ? (object.new ?? object.old) : undefined;
  return ways.some((way) =>
    [way.before?.backend, way.after?.backend].some(
      (backend) =>
        backend !== undefined &&
        backend.namespace === service?.namespace &&
        backend.name === service.name,
    ),
  );
}

/** Namespaces and nodes that came or went are told of as such, and so are Services, which connect nobody. */
function isPresence(object: ChangedObject): boolean {
  const isWhole = object.old === undefined || object.new === undefined;
  return isWhole && (object.is === 'namespace' || object.is === 'node' || object.is === 'service');
}

function presenceOf(
  result: DifferenceResult,
  change: 'added' | 'removed',
  by: DiffGrouping,
): Presence | undefined {
  const side = change === 'added' ? 'new' : 'old';
  const own = ownEnds(result, side);
  const things = own.flatMap(({ members }) => members.map(({ shown }) => shown)).map(thingOf);
  for (const object of result.objects) {
    if (result.isNarrow) break;
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
