import type { End, Passing } from '../evaluate/difference.ts';
import { subtractPorts, unionPorts } from '../model/port-set.ts';
import type { ConnectionChange } from './diff-change.ts';
import type { Told } from './diff-lines.ts';
import type { EndNames } from './diff-names.ts';
import type { DiffLine } from './diff-view.ts';
import { NODES_GROUP, OUTSIDE_GROUP } from './reach-groups.ts';

/** More pairs of namespaces than this are put together by the namespace they have in common. */
const MOST_PAIRS = 12;

/** What became of connections between two namespaces, or of some with one. */
interface SpaceLine {
  readonly change: ConnectionChange;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly before: Passing;
  readonly after: Passing;
  readonly pairs: number;
  readonly of: number;
}

/**
 * Lines between namespaces, the nodes and the outside, their ports those of all connections together. Where
 * they are many, one line has all namespaces that have the other end in common.
 */
export function linesBySpace(
  told: readonly Told[],
  ends: readonly End[],
  names: EndNames,
): DiffLine[] {
  const lines = betweenSpaces(told, ends, names);
  const few = lines.length <= MOST_PAIRS ? lines : [...byChange(lines).values()].flatMap(inCommon);
  return few.map((line) => ({ ...line, rules: [] }));
}

function betweenSpaces(told: readonly Told[], ends: readonly End[], names: EndNames): SpaceLine[] {
  const spaces = new Map<string, End[]>();
  for (const end of ends) addTo(spaces, spaceOf(end), end);
  const lines = new Map<string, SpaceLine>();
  for (const { from, to, change, before, after } of told) {
    const [sources, destinations] = [from, to].map((list) => {
      const bySpace = new Map<string, End[]>();
      for (const end of list) addTo(bySpace, spaceOf(end), end);
      return bySpace;
    });
    for (const [source, own] of sources!) {
      for (const [destination, other] of destinations!) {
        const pairs = names.pairs(own, other);
        if (pairs === 0) continue;
        const key = JSON.stringify([change, source, destination]);
        const known = lines.get(key);
        const of = known?.of ?? names.pairs(spaces.get(source)!, spaces.get(destination)!);
        const line = { change, from: [source], to: [destination], before, after, pairs, of };
        lines.set(key, known === undefined ? line : together(known, line));
      }
    }
  }
  // parts of the outside are told one by one, and count as one
  return [...lines.values()].map((line) => ({ ...line, pairs: Math.min(line.pairs, line.of) }));
}

function byChange(lines: readonly SpaceLine[]): Map<ConnectionChange, SpaceLine[]> {
  const changes = new Map<ConnectionChange, SpaceLine[]>();
  for (const line of lines) addTo(changes, line.change, line);
  return changes;
}

/** Lines of one change, by their destinations or by their sources, whichever are fewer. */
function inCommon(lines: readonly SpaceLine[]): SpaceLine[] {
  const [sources, destinations] = (['from', 'to'] as const).map((end) => {
    const same = new Map<string, SpaceLine[]>();
    for (const line of lines) addTo(same, line[end].join(), line);
    return same;
  });
  const groups = sources!.size < destinations!.size ? sources! : destinations!;
  return [...groups.values()].map((group) => {
    const [first, ...rest] = group;
    const all = rest.reduce(together, first!);
    const list = (end: 'from' | 'to'): string[] => [...new Set(group.flatMap((line) => line[end]))];
    return {
      ...all,
      from: list('from').sort(),
      to: list('to').sort(),
      of: group.reduce((sum, { of }) => sum + of, 0),
    };
  });
}

function together(a: SpaceLine, b: SpaceLine): SpaceLine {
  return {
    ...a,
    pairs: a.pairs + b.pairs,
    before: both(a.before, b.before),
    after: both(a.after, b.after),
  };
}

/** What either lets through; what is open for sure somewhere is not told as perhaps open. */
function both(a: Passing, b: Passing): Passing {
  if (a === b) return a;
  const certain = unionPorts(a.certain, b.certain);
  return { certain, depends: subtractPorts(unionPorts(a.depends, b.depends), certain) };
}

function spaceOf({ members }: End): string {
  const { shown } = members[0]!;
  if (shown.kind === 'workload') return shown.workload.namespace;
  return shown.kind === 'node' ? NODES_GROUP : OUTSIDE_GROUP;
}

function addTo<K, T>(map: Map<K, T[]>, key: K, one: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [one]);
  else list.push(one);
}
