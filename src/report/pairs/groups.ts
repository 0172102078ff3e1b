import { isSubject } from '../../evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Direction } from '../../model/policy.ts';
import type { GroupOpening } from './group-openings.ts';
import type { Openings } from './openings.ts';
import { PairTable } from './pair-table.ts';
import type { Grouping, ReachRequest } from './request.ts';
import { ReachView } from './view.ts';
import type { Divide, Part } from './view.ts';

/** Endpoints shown as one: a namespace, the pods with one value of a label, all nodes, all outside. */
export interface Group {
  readonly id: string;
  readonly endpoints: number;
  /** Whether there are pods in it that policies can select, and none is isolated in the direction. */
  readonly open: Readonly<Record<Direction, boolean>>;
}

/** A map between groups. */
export interface GroupMap {
  readonly groups: readonly Group[];
  /** By source, then destination; where two groups are let both surely and perhaps, the sure one first. */
  readonly openings: Openings<GroupOpening>;
  /** The groups that have sources, and those that have destinations. */
  readonly sources: readonly number[];
  readonly destinations: readonly number[];
}

export const NODES_GROUP = '(nodes)';
export const OUTSIDE_GROUP = '(outside)';

/** Puts the pairs of a map together by group. */
export function mapGroups(request: ReachRequest): GroupMap {
  const view = new ReachView(request, 1, divider(request.grouping));
  const named = new Map<string, Part[]>();
  for (const part of view.parts) {
    const id = groupIds(part.endpoints[0]!, request.grouping)[0]!;
    const list = named.get(id);
    if (list === undefined) named.set(id, [part]);
    else list.push(part);
  }
  const ids = [...named.keys()].sort(byGroup);
  const members = ids.map((id) => named.get(id)!);
  const groups = members.map((parts, i) => groupOf(view, ids[i]!, parts));
  const having = (role: 'isSource' | 'isDestination'): number[] =>
    [...members.keys()].filter((group) => members[group]!.some((part) => part[role]));
  return {
    groups,
    openings: new PairTable(view, members).openings(),
    sources: having('isSource'),
    destinations: having('isDestination'),
  };
}

function groupOf({ reachability }: ReachView, id: string, parts: readonly Part[]): Group {
  const subjects = parts.filter(({ endpoints }) => isSubject(endpoints[0]!));
  const isOpen = (direction: Direction): boolean =>
    subjects.length > 0 && subjects.every((part) => !reachability.isHeld(part.class, direction));
  return {
    id,
    endpoints: parts.reduce((sum, { endpoints }) => sum + endpoints.length, 0),
    open: { ingress: isOpen('ingress'), egress: isOpen('egress') },
  };
}

/** Names before the groups in parentheses, each in the order of the alphabet. */
function byGroup(a: string, b: string): number {
  const [first, second] = [a.startsWith('('), b.startsWith('(')];
  if (first !== second) return first ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The groups an endpoint belongs to: several where its pods have different values of the label. */
function groupIds(endpoint: Endpoint, grouping: Grouping): string[] {
  if (endpoint.kind === 'node') return [NODES_GROUP];
  if (endpoint.kind === 'addresses') return [OUTSIDE_GROUP];
  if (endpoint.kind === 'domain') return [endpoint.id];
  if (grouping.by !== 'label') return [endpoint.workload.namespace];
  return [...new Set(endpoint.pods.map(({ labels }) => labelGroup(labels, grouping.key)))];
}

function labelGroup(labels: Readonly<Record<string, string>>, key: string): string {
  if (!Object.hasOwn(labels, key)) return `(no ${key})`;
  return labels[key] === '' ? `(empty ${key})` : labels[key]!;
}

/** Classes say nothing of labels that no policy asks for, so an endpoint's pods are told apart here. */
function divider(grouping: Grouping): Divide {
  return (endpoint) => {
    const ids = groupIds(endpoint, grouping);
    if (ids.length === 1 || endpoint.kind !== 'workload' || grouping.by !== 'label')
      return [{ key: ids[0]!, endpoint }];
    return ids.map((key) => {
      const pods = endpoint.pods.filter(({ labels }) => labelGroup(labels, grouping.key) === key);
      return { key, endpoint: { ...endpoint, pods } };
    });
  };
}
