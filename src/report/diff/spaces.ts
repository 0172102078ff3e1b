import type { End, Passing } from '../../evaluate/difference/difference.ts';
import type { RulePlace } from '../../evaluate/difference/rules.ts';
import { NO_PORTS, isNoPorts, unionPorts } from '../../model/port-set.ts';
import { NODES_GROUP, OUTSIDE_GROUP } from '../pairs/groups.ts';
import { visible } from '../words/visible.ts';
import type { ConnectionChange } from './change.ts';
import type { EndNames } from './names.ts';
import type { DiffLine } from './result.ts';

/** Connections that changed alike, before they are put in words. */
export interface Told {
  readonly from: readonly End[];
  readonly to: readonly End[];
  readonly before: Passing;
  readonly after: Passing;
  readonly change: ConnectionChange;
  readonly rules: () => readonly RulePlace[];
}

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

/** Lines of one change, put together around the namespaces that most of them have in common. */
function inCommon(lines: readonly SpaceLine[]): SpaceLine[] {
  const left = new Set(lines);
  const merged: SpaceLine[] = [];
  while (left.size > 0) {
    const around = new Map<string, SpaceLine[]>();
    for (const line of left) {
      addTo(around, `from ${line.from.join()}`, line);
      addTo(around, `to ${line.to.join()}`, line);
    }
    let most: readonly SpaceLine[] = [];
    for (const group of around.values()) if (group.length > most.length) most = group;
    for (const line of most) left.delete(line);
    merged.push(merge(most));
  }
  return merged;
}

function merge(group: readonly SpaceLine[]): SpaceLine {
  const list = (end: 'from' | 'to'): string[] =>
    [...new Set(group.flatMap((line) => line[end]))].sort();
  const of = group.reduce((sum, line) => sum + line.of, 0);
  return { ...group.reduce(together), from: list('from'), to: list('to'), of };
}

function together(a: SpaceLine, b: SpaceLine): SpaceLine {
  return {
    ...a,
    pairs: a.pairs + b.pairs,
    before: both(a.before, b.before),
    after: both(a.after, b.after),
  };
}

/** What either lets through; where some of it is sure, so that people need not take it apart. */
function both(a: Passing, b: Passing): Passing {
  if (a === b) return a;
  const certain = unionPorts(a.certain, b.certain);
  const depends = unionPorts(a.depends, b.depends);
  return isNoPorts(certain)
    ? { certain, depends }
    : { certain: unionPorts(certain, depends), depends: NO_PORTS };
}

function spaceOf({ members }: End): string {
  const { shown } = members[0]!;
  if (shown.kind === 'workload') return visible(shown.workload.namespace);
  return shown.kind === 'node' ? NODES_GROUP : OUTSIDE_GROUP;
}

function addTo<K, T>(map: Map<K, T[]>, key: K, one: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [one]);
  else list.push(one);
}
