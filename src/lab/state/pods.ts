import { formatAddress } from '../../model/address.ts';
import type { Address, Family } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import { workloadId } from '../../model/workload.ts';
import type { Pod, Workload } from '../../model/workload.ts';
import type { AddressPool } from './address-pool.ts';
import { keptAddresses, keptAt } from './kept.ts';
import type { Kept } from './kept.ts';
import { linkGroups } from './link-groups.ts';
import { podLink } from './names.ts';
import type { LabNode } from './nodes.ts';
import { insideBlock } from './pod-blocks.ts';
import { LabRefusal } from './refusal.ts';
import { usableAddress } from './usable-address.ts';

/** A pod of the lab: it has a name, a node and addresses. */
export interface LabPod {
  /** `namespace/name`. */
  readonly key: string;
  readonly workload: Workload;
  /** `hostNetwork` pods have their node's addresses. */
  readonly pod: Pod & { readonly name: string; readonly node: string };
  /** The link on its node's side; undefined for one that lives in its node's namespace. */
  readonly link: string | undefined;
  /** The device group of that link, by which the rules know it: no other pod of the lab has it. */
  readonly linkGroup: number | undefined;
}

/** The most pods one workload gets: enough to be several, few enough to be looked at. */
export const MOST_REPLICAS = 10;

/** The most pods of a lab. */
export const MOST_PODS = 1000;

/** Where a lab's pods are put, and from what. */
export interface Placing {
  readonly cluster: Cluster;
  readonly kept: Kept;
  readonly nodes: readonly LabNode[];
  readonly pool: AddressPool;
  /** What was not done as the input says is added here, one sentence each. */
  readonly notes: string[];
}

/** A pod that has its name but not its place yet. */
interface Named {
  readonly key: string;
  readonly workload: Workload;
  readonly pod: Pod & { readonly name: string };
}

/** Makes every pod the workloads stand for, and gives it a node and addresses. */
export function labPods(placing: Placing): LabPod[] {
  const named = namedPods(placing);
  if (named.length > MOST_PODS) {
    throw new LabRefusal(
      `the input has ${named.length} pods, and a lab holds ${MOST_PODS}; give it a part of the cluster`,
    );
  }
  const given = new Map(named.map((one) => [one.key, givenAddresses(one, placing)]));
  const before = new Map(named.map((one) => [one.key, keptOf(one, given.get(one.key)!, placing)]));
  const onLinks = named.filter(({ pod }) => !pod.hostNetwork).map(({ key }) => key);
  const groups = linkGroups(onLinks, placing.kept);
  const spread = new Spread(placing.nodes, Object.keys(placing.kept.pods).length);
  return named.map(({ key, workload, pod }) => {
    const node =
      pod.node ??
      ownerOf(given.get(key)!, placing) ??
      keptAt(placing.kept.pods, key)?.node ??
      spread.next();
    const home = placing.nodes.find((one) => one.node.name === node)!;
    let addresses: readonly Address[] = [...given.get(key)!, ...before.get(key)!];
    if (pod.hostNetwork) addresses = home.node.addresses;
    else if (addresses.length === 0) addresses = newAddresses(key, home, placing);
    const link = pod.hostNetwork ? undefined : podLink(key);
    return {
      key,
      workload,
      pod: { ...pod, node, addresses, count: 1 },
      link,
      linkGroup: groups.get(key),
    };
  });
}

/** The node whose part of the pod network holds an address the input gave, when it named no node. */
function ownerOf(given: readonly Address[], { nodes }: Placing): string | undefined {
  const owner = nodes.find(({ blocks }) =>
    blocks.some((block) => given.some((address) => insideBlock(block, address))),
  );
  return owner?.node.name;
}

/** Nodes in turn, for pods that no node was named for. */
class Spread {
  readonly #nodes: readonly LabNode[];
  #turn: number;

  constructor(nodes: readonly LabNode[], turn: number) {
    this.#nodes = nodes;
    this.#turn = turn;
  }

  next(): string {
    return this.#nodes[this.#turn++ % this.#nodes.length]!.node.name;
  }
}

function namedPods(placing: Placing): Named[] {
  const { workloads } = placing.cluster;
  const taken = new Set(
    workloads.flatMap(({ namespace, pods }) => pods.map(({ name }) => `${namespace}/${name}`)),
  );
  return workloads.flatMap((workload) =>
    workload.pods.flatMap((pod) => {
      const { name } = pod;
      if (name !== undefined)
        return [{ key: `${workload.namespace}/${name}`, workload, pod: { ...pod, name } }];
      return replicasOf(workload, pod, placing, taken);
    }),
  );
}

/** The pods a template makes: `web-1`, `web-2` …; a StatefulSet's are numbered from 0, as in life. */
function replicasOf(
  workload: Workload,
  template: Pod,
  placing: Placing,
  taken: Set<string>,
): Named[] {
  const count = countOf(workload, template, placing);
  const nodes =
    workload.kind === 'DaemonSet' ? placing.nodes.map(({ node }) => node.name) : undefined;
  const pods: Named[] = [];
  let number = workload.kind === 'StatefulSet' ? 0 : 1;
  while (pods.length < count) {
    const name = `${workload.name}-${number++}`;
    const key = `${workload.namespace}/${name}`;
    if (taken.has(key)) continue;
    taken.add(key);
    const node = nodes === undefined ? template.node : nodes[pods.length];
    pods.push({ key, workload, pod: { ...template, name, node } });
  }
  return pods;
}

function countOf(workload: Workload, template: Pod, { nodes, notes }: Placing): number {
  if (workload.kind === 'DaemonSet') return nodes.length;
  if (template.count === 0) notes.push(`\`${workloadId(workload)}\` has no replicas, so no pods`);
  if (template.count > MOST_REPLICAS) {
    notes.push(`\`${workloadId(workload)}\` gets ${MOST_REPLICAS} of its ${template.count} pods`);
  }
  return Math.min(template.count, MOST_REPLICAS);
}

/** The addresses of the input that the pod can have here. */
function givenAddresses({ key, pod }: Named, { nodes, pool, notes }: Placing): Address[] {
  if (pod.hostNetwork) return [];
  const elsewhere = (address: Address): string | undefined => {
    const owner = nodes.find(({ blocks }) => blocks.some((block) => insideBlock(block, address)));
    if (owner === undefined || pod.node === undefined || owner.node.name === pod.node)
      return undefined;
    return `is of node \`${owner.node.name}\``;
  };
  return pod.addresses.filter((address) => {
    const fault =
      usableAddress(address) ??
      elsewhere(address) ??
      (pool.claim(address, key) ? undefined : 'is taken');
    if (fault === undefined) return true;
    notes.push(
      `pod \`${key}\`: its address ${formatAddress(address)} ${fault}; it has another one here`,
    );
    return false;
  });
}

/** The addresses the lab gave the pod before, when the input gives none and it stays on its node. */
function keptOf(
  { key, pod }: Named,
  given: readonly Address[],
  { kept, pool }: Placing,
): Address[] {
  const before = keptAt(kept.pods, key);
  if (given.length > 0 || pod.hostNetwork || before === undefined) return [];
  if (pod.node !== undefined && pod.node !== before.node) return [];
  return keptAddresses(before.addresses).filter((address) => pool.claim(address, key));
}

function newAddresses(key: string, home: LabNode, { pool }: Placing): Address[] {
  return home.blocks.map((block) => {
    const address = pool.take(block, key);
    if (address !== undefined) return address;
    throw new LabRefusal(
      `node \`${home.node.name}\` has no more addresses for pods; give a larger --pod-cidr or more --nodes`,
    );
  });
}

/** The families pods of the lab can have at all. */
export function familiesOfBlocks(nodes: readonly LabNode[]): Family[] {
  return [...new Set(nodes.flatMap(({ blocks }) => blocks.map(({ family }) => family)))];
}
