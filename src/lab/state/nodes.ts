import { parseBlock } from '../../model/address-set.ts';
import { formatAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import type { Cluster, Node } from '../../model/cluster.ts';
import { Place, Source } from '../../model/place.ts';
import type { AddressPool } from './address-pool.ts';
import { keptAddresses, keptAt, keptBlocks } from './kept.ts';
import type { Kept } from './kept.ts';
import { podBlocks } from './pod-blocks.ts';
import type { PodBlock } from './pod-blocks.ts';
import { LabRefusal } from './refusal.ts';
import { usableAddress } from './usable-address.ts';

/** A node of the lab, with what it gives to its pods. */
export interface LabNode {
  readonly node: Node;
  /** 1 or more, its own for as long as the lab lives. */
  readonly index: number;
  /** One a family: where its pods' addresses come from, and what the others send to it. */
  readonly blocks: readonly PodBlock[];
}

/** More are not useful on one machine, and one octet numbers them. */
export const MOST_NODES = 100;

/** Where nodes are on the underlay when the input does not say. */
const NODE_NETWORKS = ['172.18.0.0/16', 'fd00:172:18::/64'].map((cidr) => parseBlock(cidr)!);

/**
 * The nodes: those of the input, those its pods name, those the lab already has, and as many more as are
 * wanted in all. Given addresses are kept where they can be; the rest is said in `notes`.
 */
export function labNodes(
  cluster: Cluster,
  kept: Kept,
  wanted: number | undefined,
  pool: AddressPool,
  notes: string[],
): LabNode[] {
  const names = nodeNames(cluster, kept, wanted);
  if (names.length > MOST_NODES) {
    throw new LabRefusal(`the input has ${names.length} nodes; a lab has at most ${MOST_NODES}`);
  }
  const indexes = indexesOf(names, kept);
  const nodes = names.map((name) => ({
    name,
    given: cluster.nodes.get(name),
    index: indexes.get(name)!,
  }));
  const claims = new Map(
    nodes.map(({ name, given }) => [name, claimGiven(name, given?.addresses ?? [], pool, notes)]),
  );
  const blocks = podBlocks(
    cluster,
    names.map((name) => ({ name, kept: keptBlocks(kept, name) })),
  );
  return nodes.map(({ name, given, index }) => {
    let addresses = claims.get(name)!;
    if (addresses.length === 0) addresses = claimKept(name, kept, pool);
    if (addresses.length === 0) addresses = claimNew(name, index, pool);
    const labels = given?.labels ?? { 'kubernetes.io/hostname': name };
    const place = given?.place ?? new Place(new Source('the lab', ''), 1, 0, '');
    return {
      node: { name, labels, addresses, place },
      index,
      blocks: blocks.get(name)!,
    };
  });
}

function nodeNames(cluster: Cluster, kept: Kept, wanted: number | undefined): string[] {
  const names = new Set([...Object.keys(kept.nodes), ...cluster.nodes.keys()]);
  for (const { pods } of cluster.workloads) {
    for (const { node } of pods) if (node !== undefined) names.add(node);
  }
  const least = wanted ?? (names.size > 0 ? names.size : 2);
  for (let number = 1; names.size < least; number++) names.add(`node-${number}`);
  return [...names];
}

function indexesOf(names: readonly string[], kept: Kept): Map<string, number> {
  const indexes = new Map<string, number>();
  for (const name of names) {
    const index = keptAt(kept.nodes, name)?.index;
    if (index !== undefined) indexes.set(name, index);
  }
  const taken = new Set(indexes.values());
  let next = 1;
  for (const name of names) {
    if (indexes.has(name)) continue;
    while (taken.has(next)) next++;
    taken.add(next);
    indexes.set(name, next);
  }
  return indexes;
}

function claimGiven(
  name: string,
  given: readonly Address[],
  pool: AddressPool,
  notes: string[],
): Address[] {
  return given.filter((address) => {
    const fault =
      usableAddress(address) ?? (pool.claim(address, `node/${name}`) ? undefined : 'is taken');
    if (fault === undefined) return true;
    notes.push(`node \`${name}\`: its address ${formatAddress(address)} ${fault} and is left out`);
    return false;
  });
}

function claimKept(name: string, kept: Kept, pool: AddressPool): Address[] {
  const addresses = keptAddresses(keptAt(kept.nodes, name)?.addresses ?? []);
  return addresses.filter((address) => pool.claim(address, `node/${name}`));
}

/** The address at the node's index, or the next free one when something of the input has that. */
function claimNew(name: string, index: number, pool: AddressPool): Address[] {
  return NODE_NETWORKS.map(({ family, low, high }) => {
    const own: Address = { family, value: low + 1n + BigInt(index) };
    if (pool.claim(own, `node/${name}`)) return own;
    const above = low + BigInt(MOST_NODES) + 1n;
    return pool.take({ family, low: above, high }, `node/${name}`)!;
  });
}
