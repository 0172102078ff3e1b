import type { Address } from '../../model/address.ts';
import { FAMILY_NUMBER } from './calls.ts';

/** A `sockaddr_in6`, the larger of the two. */
export const LARGEST_SOCKADDR = 28;

/** An address and a port as the kernel takes them: `sockaddr_in` or `sockaddr_in6` (ip(7), ipv6(7)). */
export function sockaddr({ family, value }: Address, port: number): Uint8Array {
  const bytes = Buffer.alloc(family === 4 ? 16 : LARGEST_SOCKADDR);
  bytes.writeUInt16LE(FAMILY_NUMBER[family], 0);
  bytes.writeUInt16BE(port, 2);
  if (family === 4) bytes.writeUInt32BE(Number(value), 4);
  else {
    bytes.writeBigUInt64BE(value >> 64n, 8);
    bytes.writeBigUInt64BE(value & 0xffff_ffff_ffff_ffffn, 16);
  }
  return bytes;
}

/** The address in a `sockaddr`; an IPv4-mapped one is the IPv4 address. */
export function addressOf(bytes: Buffer): Address {
  if (bytes.readUInt16LE(0) === FAMILY_NUMBER[4]) {
    return { family: 4, value: BigInt(bytes.readUInt32BE(4)) };
  }
  const value = (bytes.readBigUInt64BE(8) << 64n) | bytes.readBigUInt64BE(16);
  return value >> 32n === 0xffffn
    ? { family: 4, value: value & 0xffff_ffffn }
    : { family: 6, value };
}

/** The wildcard address: every address of the host in the family. */
export const ANY = {
  4: { family: 4, value: 0n },
  6: { family: 6, value: 0n },
} as const satisfies Readonly<Record<4 | 6, Address>>;
