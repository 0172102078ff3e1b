/**
 * Addresses and CIDR blocks as plain numbers, the two families apart.
 *
 * @module
 */

/** The address family a connection runs over (D1). */
export type Family = 'IPv4' | 'IPv6';

/** One address, as a number within its family. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** All addresses of one family from `first` to `last`, both included. */
export interface Block {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** Every address of each family. */
export const EVERYTHING: readonly Block[] = [
  { family: 'IPv4', first: 0n, last: 2n ** 32n - 1n },
  { family: 'IPv6', first: 0n, last: 2n ** 128n - 1n },
];

/**
 * The block a CIDR text stands for, or undefined when it is none.
 *
 * B12: host bits are cut off, and an IPv4-mapped block (`::ffff:a.b.c.d/96` and longer) is the IPv4
 * block, as Kubernetes' own `ParseCIDRSloppy` reads both.
 */
export function readBlock(text: unknown): Block | undefined {
  const [address, prefix, ...rest] = typeof text === 'string' ? text.split('/') : [];
  if (address === undefined || prefix === undefined || rest.length > 0) return undefined;
  const bits = address.includes(':') ? 128 : 32;
  const value = bits === 128 ? readSix(address) : readFour(address);
  if (value === undefined || !/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) return undefined;
  const size = 2n ** BigInt(bits - Number(prefix));
  const first = value - (value % size);
  const last = first + size - 1n;
  const mapped = bits === 128 && first >> 32n === 0xffffn && last >> 32n === 0xffffn;
  if (mapped) return { family: 'IPv4', first: first % 2n ** 32n, last: last % 2n ** 32n };
  return { family: bits === 128 ? 'IPv6' : 'IPv4', first, last };
}

/** The address a text stands for, or undefined when it is none; IPv4-mapped is IPv4. */
export function readAddress(text: unknown): Address | undefined {
  if (typeof text !== 'string' || text.includes('/')) return undefined;
  const block = readBlock(`${text}/${text.includes(':') ? 128 : 32}`);
  return block && { family: block.family, value: block.first };
}

/** Whether a block of the same family has the address `value`. */
export function within(block: Block, value: bigint): boolean {
  return block.first <= value && value <= block.last;
}

function readFour(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  if (parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function readSix(text: string): bigint | undefined {
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (tail.includes('.')) {
    const four = readFour(tail);
    if (four === undefined) return undefined;
    const groups = `${(four >> 16n).toString(16)}:${(four % 65536n).toString(16)}`;
    return readSix(text.slice(0, -tail.length) + groups);
  }
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - halves.flat().length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return undefined;
  const [left = [], right = []] = halves;
  const groups = [...left, ...Array<string>(missing).fill('0'), ...right];
  if (groups.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n);
}
