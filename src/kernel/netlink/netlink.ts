/**
 * Netlink messages as bytes (netlink(7), linux/netlink.h): built, and taken apart without ever reading
 * beyond what there is. Numbers are in the byte order of the machine, which is little-endian wherever Node
 * runs on Linux but s390x; netfilter's own are big-endian.
 */

/** struct nlmsghdr. */
const HEADER = 16;
/** struct nlattr. */
const ATTRIBUTE = 4;
/** The two highest bits of an attribute's type are flags (NLA_F_NESTED, NLA_F_NET_BYTEORDER). */
const TYPE_MASK = 0x3fff;

export const NLM_F_REQUEST = 1;
export const NLM_F_ACK = 4;
export const NLM_F_DUMP = 0x300;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

/** One message inside a datagram. */
export interface Message {
  readonly type: number;
  readonly sequence: number;
  /** Whose doing it tells: the netlink port that sent the request. */
  readonly port: number;
  /** Where its body begins and ends in the buffer. */
  readonly start: number;
  readonly end: number;
}

/** A request to the kernel. */
export function message(
  type: number,
  flags: number,
  sequence: number,
  ...parts: readonly Uint8Array[]
): Buffer {
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(HEADER + body.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt32LE(sequence, 8);
  return Buffer.concat([header, body]);
}

/** struct nfgenmsg: how every netfilter message begins. */
export function netfilterHeader(family: number, resource: number): Buffer {
  return Buffer.from([family, 0, resource >> 8, resource & 0xff]);
}

export function attribute(type: number, value: Uint8Array): Buffer {
  const bytes = Buffer.alloc(align(ATTRIBUTE + value.length));
  bytes.writeUInt16LE(ATTRIBUTE + value.length, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.set(value, ATTRIBUTE);
  return bytes;
}

/** Each whole message of a datagram; what is cut short or lies about its length ends the walk. */
export function* messagesOf(datagram: Buffer): Generator<Message, void> {
  let at = 0;
  while (at + HEADER <= datagram.length) {
    const length = datagram.readUInt32LE(at);
    if (length < HEADER || at + length > datagram.length) return;
    yield {
      type: datagram.readUInt16LE(at + 4),
      sequence: datagram.readUInt32LE(at + 8),
      port: datagram.readUInt32LE(at + 12),
      start: at + HEADER,
      end: at + length,
    };
    at += align(length);
  }
}

/**
 * The attributes between two places of a buffer, by type: where the value of each begins and ends. Of two
 * with one type the later counts; what is cut short ends the walk.
 */
export function attributesOf(buffer: Buffer, start: number, end: number): Map<number, Span> {
  const found = new Map<number, Span>();
  const last = Math.min(end, buffer.length);
  let at = start;
  while (at + ATTRIBUTE <= last) {
    const length = buffer.readUInt16LE(at);
    if (length < ATTRIBUTE || at + length > last) break;
    found.set(buffer.readUInt16LE(at + 2) & TYPE_MASK, { start: at + ATTRIBUTE, end: at + length });
    at += align(length);
  }
  return found;
}

/** Where a value lies in a buffer. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A number in netfilter's byte order; undefined when the value is absent or too short. */
export function number32(buffer: Buffer, span: Span | undefined): number | undefined {
  return span !== undefined && span.end - span.start >= 4
    ? buffer.readUInt32BE(span.start)
    : undefined;
}

export function number16(buffer: Buffer, span: Span | undefined): number | undefined {
  return span !== undefined && span.end - span.start >= 2
    ? buffer.readUInt16BE(span.start)
    : undefined;
}

/** A string, without the zero that ends it. */
export function text(buffer: Buffer, span: Span | undefined): string | undefined {
  if (span === undefined) return undefined;
  const zero = buffer.indexOf(0, span.start);
  return buffer.toString('latin1', span.start, zero === -1 ? span.end : Math.min(zero, span.end));
}

export function be32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

export function be16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value & 0xffff);
  return bytes;
}

function align(length: number): number {
  return (length + 3) & ~3;
}
