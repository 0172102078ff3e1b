import { bits, formatAddress, highest, parseAddress, parseV6 } from './address.ts';
import type { Address, Family } from './address.ts';

/** Inclusive bounds, ascending, neither touching nor overlapping: `[low, high, low, high, …]`. */
type Bounds = readonly bigint[];

/** An exact set of addresses of both families, kept as intervals. */
export interface AddressSet {
  readonly 4: Bounds;
  readonly 6: Bounds;
}

export const NO_ADDRESSES: AddressSet = { 4: [], 6: [] };
export const ALL_ADDRESSES: AddressSet = { 4: [0n, highest(4)], 6: [0n, highest(6)] };

/** A CIDR block as written: its family, its prefix length and the addresses it covers. */
export interface Block {
  readonly family: Family;
  readonly prefix: number;
  readonly low: bigint;
  readonly high: bigint;
  /** False when host bits were set (`10.0.0.7/8`) or the text is not the canonical one. */
  readonly canonical: boolean;
}

const PREFIX = /^(?:0|[1-9][0-9]{0,2})$/;

/**
 * Reads `ADDRESS/PREFIX`; undefined when it is not a block. Host bits are cleared and an
 * IPv4-mapped block of /96 or longer is the IPv4 block (semantics B12).
 */
export function parseBlock(text: string): Block | undefined {
  const slash = text.indexOf('/');
  if (slash === -1 || !PREFIX.test(text.slice(slash + 1))) return undefined;
  const written = text.slice(0, slash);
  let address = parseAddress(written);
  if (address === undefined) return undefined;
  let prefix = Number(text.slice(slash + 1));
  if (written.includes(':') && address.family === 4) {
    if (prefix > 128) return undefined;
    if (prefix >= 96) prefix -= 96;
    else address = { family: 6, value: parseV6(written)! };
  }
  const width = bits(address.family);
  if (prefix > width) return undefined;
  const span = (1n << BigInt(width - prefix)) - 1n;
  const low = address.value & ~span;
  const block = { family: address.family, prefix, low, high: low + span };
  return { ...block, canonical: formatBlock(block) === text };
}

/** The canonical text of a block. */
export function formatBlock(block: Pick<Block, 'family' | 'prefix' | 'low'>): string {
  return `${formatAddress({ family: block.family, value: block.low })}/${block.prefix}`;
}

/** The set of the addresses from `low` to `high`, both included. */
export function addressRange(family: Family, low: bigint, high: bigint): AddressSet {
  return { ...NO_ADDRESSES, [family]: [low, high] };
}

export function unionAddresses(sets: Iterable<AddressSet>): AddressSet {
  const pairs: Record<Family, [bigint, bigint][]> = { 4: [], 6: [] };
  for (const set of sets) {
    for (const family of [4, 6] as const) {
      const bounds = set[family];
      for (let i = 0; i < bounds.length; i += 2) pairs[family].push([bounds[i]!, bounds[i + 1]!]);
    }
  }
  return { 4: merge(pairs[4]), 6: merge(pairs[6]) };
}

function merge(pairs: [bigint, bigint][]): Bounds {
  pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const bounds: bigint[] = [];
  for (const [low, high] of pairs) {
    const last = bounds.length - 1;
    if (last > 0 && low <= bounds[last]! + 1n) {
      if (high > bounds[last]!) bounds[last] = high;
    } else bounds.push(low, high);
  }
  return bounds;
}

export function subtractAddresses(from: AddressSet, what: AddressSet): AddressSet {
  return { 4: subtractBounds(from[4], what[4]), 6: subtractBounds(from[6], what[6]) };
}

function subtractBounds(from: Bounds, what: Bounds): Bounds {
  const bounds: bigint[] = [];
  let next = 0;
  for (let i = 0; i < from.length; i += 2) {
    let low = from[i]!;
    const high = from[i + 1]!;
    while (next < what.length && what[next + 1]! < low) next += 2;
    for (let k = next; k < what.length && what[k]! <= high; k += 2) {
      if (what[k]! > low) bounds.push(low, what[k]! - 1n);
      low = what[k + 1]! + 1n;
    }
    if (low <= high) bounds.push(low, high);
  }
  return bounds;
}

export function intersectAddresses(a: AddressSet, b: AddressSet): AddressSet {
  return subtractAddresses(a, subtractAddresses(ALL_ADDRESSES, b));
}

export function containsAddress(set: AddressSet, address: Address): boolean {
  const bounds = set[address.family];
  for (let i = 0; i < bounds.length; i += 2) {
    if (address.value < bounds[i]!) return false;
    if (address.value <= bounds[i + 1]!) return true;
  }
  return false;
}

/** How a whole set lies to another, within one family; an empty `whole` is `outside`. */
export type Cover = 'inside' | 'outside' | 'partly';

export function cover(set: AddressSet, whole: AddressSet, family: Family): Cover {
  if (whole[family].length === 0) return 'outside';
  const left = subtractBounds(whole[family], set[family]);
  if (left.length === 0) return 'inside';
  return sameBounds(left, whole[family]) ? 'outside' : 'partly';
}

function sameBounds(a: Bounds, b: Bounds): boolean {
  return a.length === b.length && a.every((bound, i) => bound === b[i]);
}

export function isEmpty(set: AddressSet): boolean {
  return set[4].length === 0 && set[6].length === 0;
}
