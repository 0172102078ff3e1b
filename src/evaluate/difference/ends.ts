import type { Family } from '../../model/address.ts';
import { workloadId } from '../../model/workload.ts';
import type { Pod } from '../../model/workload.ts';
import { contentKey } from '../ids/content-key.ts';
import type { Population } from '../population/population.ts';
import { addressEndpoint, headCount, podOf } from '../verdict/endpoint.ts';
import type { AddressEndpoint, Endpoint, WorkloadEndpoint } from '../verdict/endpoint.ts';

/** One thing that may be at an end of a connection, as each of two clusters has it. */
export interface Member {
  /** Undefined where the older, or the newer, cluster does not have it. */
  readonly old: Endpoint | undefined;
  readonly new: Endpoint | undefined;
  /** What to call it: as the newer cluster has it, if it does. */
  readonly shown: Endpoint;
}

/** Where the classes of a member stand in the populations of both clusters. */
export interface PlacedMember extends Member {
  readonly oldClass: number | undefined;
  readonly newClass: number | undefined;
}

/**
 * Everything that may be at an end of a connection in either of two clusters. Workloads, nodes and names are
 * the same by their names; the outside is cut wherever either cluster cuts it, and addresses that only one
 * of them has outside belong to pods or nodes that came or went.
 */
export function membersOf(old: Population, current: Population): PlacedMember[] {
  const before = indexOf(old);
  const after = indexOf(current);
  const members: PlacedMember[] = [];
  const add = ({ old: was, new: is, shown }: Member): void => {
    const oldClass = was && before.classes.get(was)!;
    const newClass = is && after.classes.get(is)!;
    members.push({ old: was, new: is, shown, oldClass, newClass });
  };
  for (const [id, own] of after.workloads) {
    for (const one of workloadMembers(before.workloads.get(id) ?? [], own)) add(one);
  }
  for (const [id, own] of before.workloads) {
    if (!after.workloads.has(id)) for (const one of workloadMembers(own, [])) add(one);
  }
  for (const [id, own] of after.named) add({ old: before.named.get(id), new: own, shown: own });
  for (const [id, own] of before.named) {
    if (!after.named.has(id)) add({ old: own, new: undefined, shown: own });
  }
  for (const family of [4, 6] as const) {
    for (const one of commonRanges(before.outside[family], after.outside[family])) add(one);
  }
  return members;
}

/** Whether a member has two pods or hosts, in both clusters if it is in both, so that it can reach itself. */
export function hasTwoHeads({ old, new: current }: Member): boolean {
  return [old, current].every((one) => one === undefined || headCount(one) > 1);
}

interface Index {
  readonly classes: ReadonlyMap<Endpoint, number>;
  readonly workloads: ReadonlyMap<string, WorkloadEndpoint[]>;
  /** Nodes and domains. */
  readonly named: ReadonlyMap<string, Endpoint>;
  readonly outside: Readonly<Record<Family, AddressEndpoint[]>>;
}

function indexOf({ endpoints, classOf }: Population): Index {
  const classes = new Map<Endpoint, number>();
  const workloads = new Map<string, WorkloadEndpoint[]>();
  const named = new Map<string, Endpoint>();
  const outside: Record<Family, AddressEndpoint[]> = { 4: [], 6: [] };
  endpoints.forEach((endpoint, i) => {
    classes.set(endpoint, classOf[i]!);
    switch (endpoint.kind) {
      case 'workload': {
        const id = workloadId(endpoint.workload);
        const own = workloads.get(id);
        if (own === undefined) workloads.set(id, [endpoint]);
        else own.push(endpoint);
        return;
      }
      case 'node':
      case 'domain':
        named.set(endpoint.id, endpoint);
        return;
      case 'addresses':
        outside[endpoint.family].push(endpoint);
    }
  });
  return { classes, workloads, named, outside };
}

/**
 * The kinds of pods of one workload in both clusters: pods are the same by their names; kinds that share no
 * pod are the same when one of the clusters has just one kind, or when their pods look alike to policies.
 */
function workloadMembers(
  old: readonly WorkloadEndpoint[],
  current: readonly WorkloadEndpoint[],
): Member[] {
  const pairs = pairsOfKinds(old, current);
  if (pairs.length === 1) return pairs.map(([a, b]) => member(a, b, (b ?? a)!));
  return pairs.map(([a, b, pods], i) => {
    const whole = (b ?? a)!;
    const id = `${workloadId(whole.workload)}#${i + 1}`;
    return member(a, b, { ...whole, id, pods: pods ?? whole.pods });
  });
}

function member(old: Endpoint | undefined, current: Endpoint | undefined, shown: Endpoint): Member {
  return { old, new: current, shown };
}

type Kinds = readonly [
  old: WorkloadEndpoint | undefined,
  current: WorkloadEndpoint | undefined,
  pods?: readonly Pod[],
];

function pairsOfKinds(
  old: readonly WorkloadEndpoint[],
  current: readonly WorkloadEndpoint[],
): Kinds[] {
  if (old.length === 0) return current.map((one) => [undefined, one]);
  if (current.length === 0) return old.map((one) => [one, undefined]);
  if (old.length === 1 && current.length === 1) return [[old[0], current[0]]];
  const byName = new Map<string, WorkloadEndpoint>();
  for (const one of old)
    for (const { name } of one.pods) if (name !== undefined) byName.set(name, one);
  const pairs: Kinds[] = [];
  const met = new Set<WorkloadEndpoint>();
  for (const one of current) {
    const groups = new Map<WorkloadEndpoint | undefined, Pod[]>();
    for (const pod of one.pods) {
      const before = pod.name === undefined ? undefined : byName.get(pod.name);
      const pods = groups.get(before);
      if (pods === undefined) groups.set(before, [pod]);
      else pods.push(pod);
    }
    let fresh = groups.get(undefined) ?? [];
    groups.delete(undefined);
    for (const [before, pods] of groups) {
      met.add(before!).add(one);
      pairs.push([before, one, [...pods, ...fresh]]);
      fresh = [];
    }
  }
  const left = old.filter((one) => !met.has(one));
  for (const one of current) {
    if (met.has(one)) continue;
    const like = old.length === 1 ? old[0] : left.find((other) => isAlike(other, one));
    if (like !== undefined) met.add(like);
    pairs.push([like, one]);
  }
  for (const one of left) {
    if (!met.has(one)) pairs.push([one, current.length === 1 ? current[0] : undefined]);
  }
  return pairs;
}

function isAlike(a: WorkloadEndpoint, b: WorkloadEndpoint): boolean {
  const words = (one: WorkloadEndpoint): string => {
    const { labels, ports, hostNetwork } = podOf(one);
    return contentKey({ labels, ports, hostNetwork });
  };
  return words(a) === words(b);
}

/** One range of an endpoint. */
interface Range {
  readonly low: bigint;
  readonly high: bigint;
  readonly of: AddressEndpoint;
}

function* commonRanges(
  old: readonly AddressEndpoint[],
  current: readonly AddressEndpoint[],
): Generator<Member> {
  const before = rangesOf(old);
  const after = rangesOf(current);
  const bounds = new Map<AddressEndpoint, Map<AddressEndpoint, bigint[]>>();
  for (let i = 0, k = 0; i < before.length && k < after.length;) {
    const [a, b] = [before[i]!, after[k]!];
    const low = a.low > b.low ? a.low : b.low;
    const high = a.high < b.high ? a.high : b.high;
    if (low <= high) {
      let own = bounds.get(a.of);
      if (own === undefined) bounds.set(a.of, (own = new Map<AddressEndpoint, bigint[]>()));
      const known = own.get(b.of);
      if (known === undefined) own.set(b.of, [low, high]);
      else known.push(low, high);
    }
    if (a.high < b.high) i++;
    else k++;
  }
  for (const [a, own] of bounds) {
    for (const [b, common] of own) yield member(a, b, addressEndpoint(b.family, common));
  }
}

function rangesOf(endpoints: readonly AddressEndpoint[]): Range[] {
  const ranges: Range[] = [];
  for (const of of endpoints) {
    for (let i = 0; i < of.bounds.length; i += 2)
      ranges.push({ low: of.bounds[i]!, high: of.bounds[i + 1]!, of });
  }
  return ranges.sort((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : 0));
}
