import type { AddressEndpoint, Endpoint } from '../../evaluate/verdict/endpoint.ts';
import {
  addressRange,
  ALL_ADDRESSES,
  formatBlock,
  intersectAddresses,
  subtractAddresses,
  unionAddresses,
} from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import { bits, FAMILIES, formatAddress } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';

/** Longer lists of ranges are cut: whoever needs them all asks for JSON. */
const MOST_RANGES = 6;

/** The addresses of endpoints. */
export function addressesOfOutside(endpoints: readonly AddressEndpoint[]): AddressSet {
  return unionAddresses(
    endpoints.map(({ family, bounds }) => ({ 4: [], 6: [], [family]: bounds })),
  );
}

/** All addresses outside the cluster, as its endpoints hold them. */
export function wholeOutside(endpoints: readonly Endpoint[]): AddressSet {
  return addressesOfOutside(endpoints.filter((endpoint) => endpoint.kind === 'addresses'));
}

/**
 * What people call a set of outside addresses: `internet` for all there are, `internet (IPv4)` for all
 * of a family, else blocks and ranges, each with its exceptions where that is shorter. Addresses that
 * are not outside at all make no difference.
 */
export function outsideName(set: AddressSet, whole: AddressSet): string {
  const missing = subtractAddresses(whole, set);
  const families = FAMILIES.filter((family) => set[family].length > 0);
  const internet = families.length === 2 ? 'internet' : `internet (IPv${families[0]!})`;
  const left = families.flatMap((family) => rangeNames(family, missing, set));
  if (left.length === 0) return internet;
  const listed = families.flatMap((family) => rangeNames(family, set, missing));
  if (left.length < listed.length) return `${internet} except ${cut(left)}`;
  return families.map((family) => familyName(family, set, missing)).join(', ');
}

/** The ranges of a set in one family, or the block around them without the others in it. */
function familyName(family: Family, set: AddressSet, missing: AddressSet): string {
  const names = rangeNames(family, set, missing);
  const around = blockAround(family, set[family][0]!, set[family].at(-1)!);
  const inside = intersectAddresses(missing, addressRange(family, around.low, around.high));
  const except = rangeNames(family, inside, set);
  return except.length > 0 && except.length < names.length
    ? `${formatBlock(around)} except ${cut(except)}`
    : cut(names);
}

function cut(names: readonly string[]): string {
  if (names.length <= MOST_RANGES) return names.join(', ');
  const shown = names.slice(0, MOST_RANGES - 1);
  return `${shown.join(', ')} and ${names.length - shown.length} more ranges`;
}

/** Names for the ranges of a set; they may run over addresses that are not in `others`. */
function rangeNames(family: Family, set: AddressSet, others: AddressSet): string[] {
  const room = subtractAddresses(ALL_ADDRESSES, others)[family];
  const own = set[family];
  const names: string[] = [];
  for (let i = 0, k = 0; i < room.length; i += 2) {
    const first = k;
    while (k < own.length && own[k + 1]! <= room[i + 1]!) k += 2;
    if (k > first) names.push(rangeName(family, own[first]!, own[k - 1]!, room[i]!, room[i + 1]!));
  }
  return names;
}

/** The smallest block over `low` to `high` when it stays between the limits, else the two ends. */
function rangeName(
  family: Family,
  low: bigint,
  high: bigint,
  lowest: bigint,
  highest: bigint,
): string {
  const text = (value: bigint): string => formatAddress({ family, value });
  if (low === high) return text(low);
  const around = blockAround(family, low, high);
  return around.low >= lowest && around.high <= highest
    ? formatBlock(around)
    : `${text(low)}-${text(high)}`;
}

function blockAround(
  family: Family,
  low: bigint,
  high: bigint,
): { family: Family; prefix: number; low: bigint; high: bigint } {
  const hostBits = low === high ? 0 : (low ^ high).toString(2).length;
  const span = (1n << BigInt(hostBits)) - 1n;
  const start = low & ~span;
  return { family, prefix: bits(family) - hostBits, low: start, high: start + span };
}
