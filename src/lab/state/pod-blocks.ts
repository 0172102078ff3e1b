import { addressRange, formatBlock, parseBlock, unionAddresses } from '../../model/address-set.ts';
import type { AddressSet, Block } from '../../model/address-set.ts';
import { FAMILIES, bits } from '../../model/address.ts';
import type { Address, Family } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import { LabRefusal } from './refusal.ts';
import { usableAddress } from './usable-address.ts';

/** A block of pod addresses. */
export type PodBlock = Pick<Block, 'family' | 'prefix' | 'low' | 'high'>;

/** The pod network when the input does not say. */
const POD_NETWORKS = ['10.244.0.0/16', 'fd00:10:244::/56'].map((cidr) => parseBlock(cidr)!);

/** The prefix of what one node has for its pods, as clusters have it. */
const USUAL_PREFIX: Record<Family, number> = { 4: 24, 6: 64 };

/** All addresses that pods of the lab get when the input gives them none. */
export function podNetworkOf({ podNetwork }: Cluster): AddressSet {
  return podNetwork ?? unionAddresses(POD_NETWORKS.map(rangeOf));
}

/** A node that wants its parts of the pod network. */
export interface BlockSeeker {
  readonly name: string;
  /** The blocks it had before. */
  readonly kept: readonly PodBlock[];
}

/**
 * The part of the pod network each node has in each family: what it had before; else the usual block in
 * which most of its pods have their addresses, if no other node's pods do more; else a free one.
 */
export function podBlocks(
  cluster: Cluster,
  nodes: readonly BlockSeeker[],
): ReadonlyMap<string, readonly PodBlock[]> {
  const blocks = new Map<string, PodBlock[]>(nodes.map(({ name }) => [name, []]));
  for (const family of FAMILIES) {
    const network = networkOf(cluster, family);
    if (network === undefined) continue;
    const taken = new Map<string, PodBlock>();
    for (const { name, kept } of nodes) {
      const before = kept.find((block) => block.family === family);
      if (before !== undefined) taken.set(name, before);
    }
    for (const [name, block] of populated(cluster, family)) {
      if (taken.has(name) || !blocks.has(name)) continue;
      if (![...taken.values()].some((other) => overlap(other, block))) taken.set(name, block);
    }
    const free = freeBlocks(network, nodes.length, taken);
    for (const { name } of nodes) blocks.get(name)!.push(taken.get(name) ?? free());
  }
  return blocks;
}

/** The largest block of the pod network in a family. */
function networkOf({ podNetwork }: Cluster, family: Family): PodBlock | undefined {
  if (podNetwork === undefined) return POD_NETWORKS.find((block) => block.family === family);
  const bounds = podNetwork[family];
  let best: PodBlock | undefined;
  for (let i = 0; i < bounds.length; i += 2) {
    for (let prefix = 0; prefix < (best?.prefix ?? bits(family) + 1); prefix++) {
      const size = 1n << BigInt(bits(family) - prefix);
      const low = ((bounds[i]! + size - 1n) / size) * size;
      if (low + size - 1n <= bounds[i + 1]!) best = { family, prefix, low, high: low + size - 1n };
    }
  }
  return best;
}

/** Of each block of the usual size, the node most of whose pods have their addresses there. */
function populated(cluster: Cluster, family: Family): Map<string, PodBlock> {
  const counts = new Map<
    string,
    { readonly node: string; readonly block: PodBlock; pods: number }
  >();
  for (const pod of cluster.workloads.flatMap(({ pods }) => pods)) {
    const { node } = pod;
    if (node === undefined || pod.hostNetwork) continue;
    const address = pod.addresses.find((one) => one.family === family);
    if (address === undefined || usableAddress(address) !== undefined) continue;
    const block = usualBlock(address);
    const key = `${node} ${formatBlock(block)}`;
    const count = counts.get(key) ?? { node, block, pods: 0 };
    counts.set(key, count);
    count.pods++;
  }
  const blocks = new Map<string, PodBlock>();
  for (const { node, block } of [...counts.values()].sort((a, b) => b.pods - a.pods)) {
    const known = blocks.has(node) || [...blocks.values()].some((other) => overlap(other, block));
    if (!known) blocks.set(node, block);
  }
  return blocks;
}

function usualBlock({ family, value }: Address): PodBlock {
  const prefix = USUAL_PREFIX[family];
  const size = 1n << BigInt(bits(family) - prefix);
  const low = (value / size) * size;
  return { family, prefix, low, high: low + size - 1n };
}

/** Gives one block of the network after the other that overlaps none of the taken ones. */
function freeBlocks(
  network: PodBlock,
  nodes: number,
  taken: ReadonlyMap<string, PodBlock>,
): () => PodBlock {
  const { family } = network;
  // A network too small for usual blocks is divided so that there is one for each node.
  const needed = network.prefix + Math.ceil(Math.log2(nodes));
  const usual = Math.max(network.prefix, USUAL_PREFIX[family]);
  const prefix = needed > usual ? needed : usual;
  const size = 1n << BigInt(bits(family) - prefix);
  // Blocks without room for a pod are no use: two addresses are kept out.
  let low = size < 4n ? network.high : network.low;
  return () => {
    for (; low + size - 1n <= network.high; low += size) {
      const block = { family, prefix, low, high: low + size - 1n };
      if ([...taken.values()].some((other) => overlap(other, block))) continue;
      low += size;
      return block;
    }
    const text = formatBlock(network);
    throw new LabRefusal(
      `the pod network ${text} is too small for ${nodes} nodes; give a larger --pod-cidr`,
    );
  };
}

export function insideBlock(block: PodBlock, { family, value }: Address): boolean {
  return block.family === family && block.low <= value && value <= block.high;
}

export function rangeOf({ family, low, high }: PodBlock): AddressSet {
  return addressRange(family, low, high);
}

function overlap(a: PodBlock, b: PodBlock): boolean {
  return a.family === b.family && a.low <= b.high && b.low <= a.high;
}
