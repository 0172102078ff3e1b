import {
  ALL_ADDRESSES,
  subtractAddresses,
  unionAddresses,
  addressRange,
} from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { BlockPeer } from '../../model/policy.ts';
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
  const starts: bigint[] = [];
  for (const { addresses } of blocks) {
    addresses[family].forEach((bound, i) => starts.push(i % 2 === 0 ? bound : bound + 1n));
  }
  const ascending =
    family === 4
      ? Array.from(Float64Array.from(starts, Number).sort(), BigInt)
      : starts.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  // not by a Set: V8 hashes a bigint by its last 64 bits, which are 0 in most IPv6 blocks
  return ascending.filter((start, i) => i === 0 || start !== ascending[i - 1]);
}

/** Cuts ranges before each of the ascending `starts`; ranges between two cuts stay together. */
function cutBounds(bounds: readonly bigint[], starts: readonly bigint[]): bigint[][] {
  const pieces: bigint[][] = [];
  let piece: bigint[] | undefined;
  let next = 0;
  const add = (low: bigint, high: bigint): void => {
    if (piece === undefined) pieces.push((piece = [low, high]));
    else piece.push(low, high);
  };
  for (let i = 0; i < bounds.length; i += 2) {
    let low = bounds[i]!;
    const high = bounds[i + 1]!;
    for (; next < starts.length && starts[next]! <= high; next++) {
      const start = starts[next]!;
      if (start > low) add(low, start - 1n);
      piece = undefined;
      if (start > low) low = start;
    }
    add(low, high);
  }
  return pieces;
}
