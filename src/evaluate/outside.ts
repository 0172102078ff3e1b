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
  return FAMILIES.flatMap((family) =>
    cutBounds(whole[family], borders(blocks, family)).map((bounds) =>
      addressEndpoint(family, bounds),
    ),
  );
}

/** Where blocks begin, and where what follows them begins, ascending; IPv4 as plain numbers while sorted. */
function borders(blocks: readonly BlockPeer[], family: Family): bigint[] {
  const own = blocks.flatMap(({ addresses }) => addresses[family]);
  if (family === 4) {
    const starts = Float64Array.from(own, (bound, i) => Number(bound) + (i % 2)).sort();
    return Array.from(
      starts.filter((start, i) => i === 0 || start !== starts[i - 1]),
      BigInt,
    );
  }
  const starts = own.map((bound, i) => (i % 2 === 0 ? bound : bound + 1n));
  return [...new Set(starts.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)))];
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
