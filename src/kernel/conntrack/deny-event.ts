import { attributesOf, messagesOf, number32, text } from '../netlink/netlink.ts';
import type { Span } from '../netlink/netlink.ts';
import { readPacket } from '../netlink/packet.ts';
import type { Packet } from '../netlink/packet.ts';
import { readConnection } from './connection-tuple.ts';
import type { Connection } from './connection-tuple.ts';

/** One packet that a log rule told about. */
export interface DenyEvent extends Packet {
  /** The log rule's prefix: which chain dropped it. */
  readonly prefix: string;
  /** The connection of the packet, when the kernel tells: whom it really is from and to, whatever NAT did. */
  readonly connection: Connection | undefined;
  /** Whether the packet goes from the server to the client; undefined when the kernel does not tell. */
  readonly reply: boolean | undefined;
  /** The packet's mark (`meta mark`), not the connection's. */
  readonly mark: number;
  /** Milliseconds since 1970: the kernel's time of the packet, else the time it was read. */
  readonly time: number;
}

/** NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET. */
const PACKET_MESSAGE = 4 << 8;
/** struct nfgenmsg. */
const GENERIC = 4;
/** enum nfulnl_attr_type of linux/netfilter/nfnetlink_log.h. */
const NFULA_MARK = 2;
const NFULA_TIMESTAMP = 3;
const NFULA_PAYLOAD = 9;
const NFULA_PREFIX = 10;
const NFULA_SEQ = 12;
const NFULA_CT = 18;
const NFULA_CT_INFO = 19;
/** enum ip_conntrack_info: from here on packets go the way of the reply. */
const IS_REPLY = 3;

/**
 * Calls back with the event and the sequence number of each packet message in a datagram of nfnetlink_log.
 * What is no IP packet, cut short or malformed is left out; nothing makes it throw.
 */
export function readDenyEvents(
  datagram: Buffer,
  now: number,
  onEvent: (event: DenyEvent | undefined, sequence: number | undefined) => void,
): void {
  for (const { type, start, end } of messagesOf(datagram)) {
    if (type !== PACKET_MESSAGE) continue;
    const parts = attributesOf(datagram, start + GENERIC, end);
    onEvent(readEvent(datagram, parts, now), number32(datagram, parts.get(NFULA_SEQ)));
  }
}

function readEvent(datagram: Buffer, parts: Map<number, Span>, now: number): DenyEvent | undefined {
  const payload = parts.get(NFULA_PAYLOAD);
  if (payload === undefined) return undefined;
  const packet = readPacket(datagram, payload.start, payload.end);
  if (packet === undefined) return undefined;
  const entry = parts.get(NFULA_CT);
  const way = number32(datagram, parts.get(NFULA_CT_INFO));
  return {
    ...packet,
    prefix: text(datagram, parts.get(NFULA_PREFIX)) ?? '',
    connection: entry && readConnection(datagram, entry.start, entry.end),
    reply: way === undefined ? undefined : way >= IS_REPLY,
    mark: number32(datagram, parts.get(NFULA_MARK)) ?? 0,
    time: timeOf(datagram, parts.get(NFULA_TIMESTAMP)) ?? now,
  };
}

/** struct nfulnl_msg_packet_timestamp: seconds and microseconds, eight bytes each. */
function timeOf(datagram: Buffer, span: Span | undefined): number | undefined {
  if (span === undefined || span.end - span.start < 16) return undefined;
  const seconds = Number(datagram.readBigUInt64BE(span.start));
  return seconds * 1000 + Number(datagram.readBigUInt64BE(span.start + 8)) / 1000;
}
