import { formatAddress } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';

/** What the headers of an IP packet tell. */
export interface Packet {
  readonly family: Family;
  /** The number of the protocol above IP, behind any IPv6 extension headers. */
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  /** Of TCP, UDP and SCTP, when the packet is long enough and no later fragment. */
  readonly sourcePort: number | undefined;
  readonly destinationPort: number | undefined;
}

const WITH_PORTS = new Set([6, 17, 132]);
/** Extension headers that tell their length in units of eight bytes: hop-by-hop, routing, destination. */
const EXTENSIONS = new Set([0, 43, 60]);
const FRAGMENT = 44;

/** Reads the headers of a packet, however much of it there is; undefined when it is not one. */
export function readPacket(buffer: Buffer, start: number, end: number): Packet | undefined {
  if (end <= start || end > buffer.length) return undefined;
  const version = buffer[start]! >> 4;
  if (version === 4) return readV4(buffer, start, end);
  return version === 6 ? readV6(buffer, start, end) : undefined;
}

function readV4(buffer: Buffer, start: number, end: number): Packet | undefined {
  if (end - start < 20) return undefined;
  const protocol = buffer[start + 9]!;
  const first = (buffer.readUInt16BE(start + 6) & 0x1fff) === 0;
  const above = start + (buffer[start]! & 15) * 4;
  return {
    family: 4,
    protocol,
    source: v4(buffer, start + 12),
    destination: v4(buffer, start + 16),
    ...portsAt(buffer, above, first ? end : 0, protocol),
  };
}

function readV6(buffer: Buffer, start: number, end: number): Packet | undefined {
  if (end - start < 40) return undefined;
  let protocol = buffer[start + 6]!;
  let above = start + 40;
  let first = true;
  while (above + 8 <= end && (EXTENSIONS.has(protocol) || protocol === FRAGMENT)) {
    if (protocol === FRAGMENT) first = buffer.readUInt16BE(above + 2) >> 3 === 0;
    const length = protocol === FRAGMENT ? 8 : (buffer[above + 1]! + 1) * 8;
    protocol = buffer[above]!;
    above += length;
    if (!first) break;
  }
  return {
    family: 6,
    protocol,
    source: v6(buffer, start + 8),
    destination: v6(buffer, start + 24),
    ...portsAt(buffer, above, first ? end : 0, protocol),
  };
}

function portsAt(
  buffer: Buffer,
  at: number,
  end: number,
  protocol: number,
): Pick<Packet, 'sourcePort' | 'destinationPort'> {
  if (!WITH_PORTS.has(protocol) || at + 4 > end) {
    return { sourcePort: undefined, destinationPort: undefined };
  }
  return { sourcePort: buffer.readUInt16BE(at), destinationPort: buffer.readUInt16BE(at + 2) };
}

/** The text of the four bytes of an IPv4 address; they must be there. */
export function v4(buffer: Buffer, at: number): string {
  return `${buffer[at]}.${buffer[at + 1]}.${buffer[at + 2]}.${buffer[at + 3]}`;
}

/** The text of the sixteen bytes of an IPv6 address; they must be there. */
export function v6(buffer: Buffer, at: number): string {
  const value = (buffer.readBigUInt64BE(at) << 64n) | buffer.readBigUInt64BE(at + 8);
  return formatAddress({ family: 6, value });
}
