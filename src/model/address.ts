/** The two address families, by the numbers everyone calls them. */
export type Family = 4 | 6;

/** One IP address: its family and its value as an unsigned integer (32 or 128 bits). */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

export const FAMILIES: readonly Family[] = [4, 6];

/** The number of bits in an address of the family. */
export function bits(family: Family): number {
  return family === 4 ? 32 : 128;
}

/** The highest address value of the family. */
export function highest(family: Family): bigint {
  return family === 4 ? 0xffff_ffffn : (1n << 128n) - 1n;
}

/**
 * Reads an address as Go's netip does: no leading zeros, no short forms, no zone.
 * Returns undefined for anything else. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is that
 * IPv4 address, so that both spellings mean the same everywhere (semantics B12).
 */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) {
    const value = parseV4(text);
    return value === undefined ? undefined : { family: 4, value };
  }
  const value = parseV6(text);
  if (value === undefined) return undefined;
  if (value >> 32n === 0xffffn) return { family: 4, value: value & 0xffff_ffffn };
  return { family: 6, value };
}

const OCTET = /^(?:0|[1-9][0-9]{0,2})$/;

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!OCTET.test(part)) return undefined;
    const octet = Number(part);
    if (octet > 255) return undefined;
    value = value * 256 + octet;
  }
  return BigInt(value);
}

const HEXTET = /^[0-9a-fA-F]{1,4}$/;

/** The 128 bits of an IPv6 text form (RFC 4291, section 2.2), mapped addresses left as they are. */
export function parseV6(text: string): bigint | undefined {
  let body = text;
  let tail: bigint | undefined;
  const dotted = body.lastIndexOf(':') + 1;
  if (body.includes('.')) {
    tail = parseV4(body.slice(dotted));
    if (tail === undefined) return undefined;
    body = `${body.slice(0, dotted)}0:0`;
  }
  const halves = body.split('::');
  if (halves.length > 2) return undefined;
  const head = halves[0] === '' ? [] : halves[0]!.split(':');
  const rest = halves.length === 1 || halves[1] === '' ? [] : halves[1]!.split(':');
  const missing = 8 - head.length - rest.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  let value = 0n;
  for (const part of [...head, ...Array<string>(missing).fill('0'), ...rest]) {
    if (!HEXTET.test(part)) return undefined;
    value = (value << 16n) | BigInt(Number.parseInt(part, 16));
  }
  return tail === undefined ? value : value | tail;
}

/** The canonical text of an address (RFC 5952 for IPv6). */
export function formatAddress({ family, value }: Address): string {
  return family === 4 ? formatV4(Number(value)) : formatV6(value);
}

function formatV4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

function formatV6(value: bigint): string {
  const parts: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) parts.push(Number((value >> shift) & 0xffffn));
  let bestStart = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && parts[start + length] === 0) length++;
    if (length > bestLength) [bestStart, bestLength] = [start, length];
  }
  const hex = parts.map((part) => part.toString(16));
  if (bestStart === -1) return hex.join(':');
  return `${hex.slice(0, bestStart).join(':')}::${hex.slice(bestStart + bestLength).join(':')}`;
}
