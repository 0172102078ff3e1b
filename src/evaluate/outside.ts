import {
  ALL_ADDRESSES,
  subtractAddresses,
  unionAddresses,
  addressRange,
} from '../model/address-set.ts';
import type { AddressSet } from '../model/address-set.ts';
import { FAMILIES } from '../model/address.ts';
import type { Family } from '../model/address.ts';
import type { Cluster } from '../model/cluster.ts';
import type { BlockPeer } from '../model/policy.ts';
import { addressEndpoint } from './endpoint.ts';
import type { AddressEndpoint } from './endpoint.ts';

/** Every address outside the pods and nodes (Z6): not a known one of theirs, not in the pod network. */
export function outsideAddresses(cluster: Cluster): AddressSet {
  const inside: AddressSet[] = cluster.podNetwork ? [cluster.podNetwork] : [];
  const known = [
    ...cluster.workloads.flatMap(({ pods }) => pods.flatMap((pod) => pod.addresses)),
    ...[...cluster.nodes.values()].flatMap((node) => node.addresses),
  ];
  for (const { family, value } of known) inside.push(addressRange(family, value, value));
  return subtractAddresses(ALL_ADDRESSES, unionAddresses(inside));
}

/**
 * The outside cut at every border of a block: endpoints in ascending order, IPv4 first, each wholly
 * inside or wholly outside every block.
 */
export function splitOutside(cluster: Cluster, blocks: readonly BlockPeer[]): AddressEndpoint[] {
  return splitAddresses(outsideAddresses(cluster), blocks);
}

/** As {@link splitOutside}, of any addresses. */
export function splitAddresses(whole: AddressSet, blocks: readonly BlockPeer[]): AddressEndpoint[] {
  return FAMILIES.flatMap((family) => {
    const cuts = new Set<bigint>();
    for (const { addresses } of blocks) {
      const own = addresses[family];
      for (let i = 0; i < own.length; i += 2) cuts.add(own[i]!).add(own[i + 1]! + 1n);
    }
    const starts = ascending([...cuts], family);
    return cutBounds(whole[family], starts).map((bounds) => addressEndpoint(family, bounds));
  });
}

/** Sorts addresses; IPv4 ones as plain numbers, which is many times faster. */
function ascending(values: bigint[], family: Family): bigint[] {
  if (family === 6) return values.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return Array.from(Float64Array.from(values, Number).sort(), BigInt);
}

/** Cuts ranges before each of the ascending `starts`; ranges between two cuts stay together. */
function cutBounds(bounds: readonly bigint[], starts: readonly bigint[]): bigint[][] {
  const pieces: bigint[][] = [];
  let piece: bigint[] = [];
  let next = 0;
  const cut = (): void => {
    if (piece.length > 0) pieces.push(piece);
    piece = [];
  };
  for (let i = 0; i < bounds.length; i += 2) {
    let low = bounds[i]!;
    const high = bounds[i + 1]!;
    for (; next < starts.length && starts[next]! <= high; next++) {
      const start = starts[next]!;
      if (start > low) piece.push(low, start - 1n);
      cut();
      if (start > low) low = start;
    }
    piece.push(low, high);
  }
  cut();
  return pieces;
}
