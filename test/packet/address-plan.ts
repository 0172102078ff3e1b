import { parseBlock } from '../../src/model/address-set.ts';
import type { AddressSet } from '../../src/model/address-set.ts';
import { FAMILIES } from '../../src/model/address.ts';
import type { Address, Family } from '../../src/model/address.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import type { Pod, Workload } from '../../src/model/workload.ts';

/** Where a pod runs and what addresses it has: its node's, and so none, when it is on the host's network. */
export interface PodPlan {
  readonly node: string;
  readonly addresses: readonly Address[];
}

/** Nodes and addresses for everything in a cluster that has none. */
export interface AddressPlan {
  /** By name; every node that a pod runs on is among them, and never fewer than two. */
  readonly nodes: ReadonlyMap<string, readonly Address[]>;
  readonly pods: ReadonlyMap<Pod, PodPlan>;
  /** The pods that a template makes, by the workload that stands for them in the input. */
  readonly replicas: ReadonlyMap<Workload, readonly PodPlan[]>;
}

/** Two, so that a workload can connect to another pod of its own (D5). */
const REPLICAS = 2;

/** Where pods get their addresses when no pod network is given, and nodes theirs. */
const PODS: Readonly<Record<Family, string>> = { 4: '10.244.0.0/16', 6: 'fd00:244::/64' };
const NODES: Readonly<Record<Family, string>> = { 4: '192.0.2.0/24', 6: '2001:db8:1::/64' };

/**
 * Gives every pod a node and an address of each family it has (D1), every node its addresses. What is
 * given stays, but for what no network can have: of several addresses of one family the first is kept
 * (`podIPs` "may contain at most 1 value for each of IPv4 and IPv6"), and of several owners of one
 * address the first keeps it, nodes before pods. A hostNetwork pod has its node's addresses; a node
 * that has none takes those of such a pod. Always the same for the same cluster.
 *
 * `edges` are addresses where blocks begin and end: what lies between two of them is given out in turn
 * with the addresses next in line, so that blocks hold some pods and miss others.
 */
export function planAddresses(cluster: Cluster, edges: readonly Address[]): AddressPlan {
  const taken = new Set<string>();
  const all = cluster.workloads.flatMap((workload) =>
    workload.pods.flatMap((pod) => instancesOf(workload, pod)),
  );
  const names = nodeNames(cluster, all);
  const placed = all.map((one, i) => ({ ...one, node: one.pod.node ?? names[i % names.length]! }));
  const nodes = new Map<string, Address[]>();
  for (const name of names) {
    const guests = placed.filter(({ pod, node }) => pod.hostNetwork && node === name);
    const sources = [cluster.nodes.get(name)?.addresses ?? [], ...guests.map(given)];
    const own = sources.map((some) => claim(some, taken)).find((some) => some.length > 0);
    nodes.set(name, own ?? []);
  }
  const pods = placed
    .filter(({ pod }) => !pod.hostNetwork)
    .map((one) => ({ ...one, addresses: claim(given(one), taken) }));
  const spare = new Spare(taken, between(edges), cluster.podNetwork);
  for (const own of nodes.values()) {
    if (own.length === 0) own.push(...FAMILIES.flatMap((family) => spare.ofNode(family)));
  }
  for (const { pod, addresses } of pods) {
    const wanted = familiesOf(pod, cluster.podNetwork);
    if (addresses.length === 0) addresses.push(...wanted.flatMap((family) => spare.ofPod(family)));
  }
  const planned = new Map(pods.map((one) => [one.key, one]));
  const plan = { nodes, pods: new Map<Pod, PodPlan>(), replicas: new Map<Workload, PodPlan[]>() };
  for (const { key, workload, pod, node } of placed) {
    const own = { node, addresses: planned.get(key)?.addresses ?? [] };
    if (pod.name !== undefined) plan.pods.set(pod, own);
    else if (plan.replicas.get(workload)?.push(own) === undefined)
      plan.replicas.set(workload, [own]);
  }
  return plan;
}

/** One pod as it will run. */
interface Instance {
  readonly key: symbol;
  readonly workload: Workload;
  readonly pod: Pod;
}

function instancesOf(workload: Workload, pod: Pod): Instance[] {
  const count = pod.name === undefined ? REPLICAS : 1;
  return Array.from({ length: count }, () => ({ key: Symbol('pod'), workload, pod }));
}

function given({ pod }: Instance): readonly Address[] {
  return pod.addresses;
}

function nodeNames(cluster: Cluster, all: readonly Instance[]): string[] {
  const used = all.flatMap(({ pod }) => pod.node ?? []);
  const names = [...new Set([...cluster.nodes.keys(), ...used])];
  for (let n = 1; names.length < 2; n++) {
    if (!names.includes(`node-${n}`)) names.push(`node-${n}`);
  }
  return names;
}

/** The first address of each family that nobody has yet. */
function claim(addresses: readonly Address[], taken: Set<string>): Address[] {
  return FAMILIES.flatMap((family) => {
    const found = addresses.find((one) => one.family === family && !taken.has(keyOf(one)));
    if (found === undefined) return [];
    taken.add(keyOf(found));
    return [found];
  });
}

/** A pod that loses its address to another keeps its families. */
function familiesOf(pod: Pod, podNetwork: AddressSet | undefined): Family[] {
  if (pod.addresses.length > 0) {
    return FAMILIES.filter((family) => pod.addresses.some((one) => one.family === family));
  }
  return FAMILIES.filter((family) => podNetwork === undefined || podNetwork[family].length > 0);
}

/** One address from the middle of each gap between edges. */
function between(edges: readonly Address[]): Address[] {
  return FAMILIES.flatMap((family) => {
    const values = edges.filter((edge) => edge.family === family).map(({ value }) => value);
    const sorted = values.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return sorted.flatMap((value, i) => {
      const middle = (value + (sorted[i + 1] ?? value)) / 2n;
      return middle > value ? [{ family, value: middle }] : [];
    });
  });
}

/** Addresses nobody has; none when a pod network is full. */
class Spare {
  readonly #taken: Set<string>;
  readonly #near: Address[];
  readonly #podNetwork: AddressSet | undefined;
  #turn = 0;

  constructor(taken: Set<string>, near: readonly Address[], podNetwork: AddressSet | undefined) {
    this.#taken = taken;
    this.#near = [...near];
    this.#podNetwork = podNetwork;
  }

  ofNode(family: Family): Address[] {
    const { low, high } = parseBlock(NODES[family])!;
    return this.#next(family, low + 1n, high);
  }

  ofPod(family: Family): Address[] {
    const { low, high } = parseBlock(PODS[family])!;
    const bounds = this.#podNetwork?.[family] ?? [low, high];
    const isInside = ({ value }: Address): boolean =>
      bounds.some((bound, i) => i % 2 === 0 && bound <= value && value <= bounds[i + 1]!);
    if (this.#turn++ % 2 === 0) {
      const inside = this.#near.filter((one) => one.family === family && isInside(one));
      const found = claim(inside, this.#taken);
      if (found.length > 0) return found;
    }
    for (let i = 0; i < bounds.length; i += 2) {
      const found = this.#next(family, bounds[i]!, bounds[i + 1]!);
      if (found.length > 0) return found;
    }
    return [];
  }

  #next(family: Family, low: bigint, high: bigint): Address[] {
    for (let value = low; value <= high && value < low + 65_536n; value++) {
      const found = claim([{ family, value }], this.#taken);
      if (found.length > 0) return found;
    }
    return [];
  }
}

function keyOf({ family, value }: Address): string {
  return `${family} ${value}`;
}
