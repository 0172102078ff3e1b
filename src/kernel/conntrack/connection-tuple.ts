import { attributesOf, number16 } from '../netlink/netlink.ts';
import type { Span } from '../netlink/netlink.ts';
import { v4, v6 } from '../netlink/packet.ts';

/** One direction of a connection as conntrack keeps it. */
export interface Tuple {
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  /** Undefined for protocols without ports. */
  readonly sourcePort: number | undefined;
  readonly destinationPort: number | undefined;
}

/**
 * The connection a packet belongs to, however it was rewritten: `original` is what the client sent (its
 * destination may be a Service), `reply` what the server answers (its source is the real server).
 */
export interface Connection {
  readonly original: Tuple;
  readonly reply: Tuple;
}

/** enum ctattr_type, ctattr_tuple, ctattr_ip, ctattr_l4proto of linux/netfilter/nfnetlink_conntrack.h. */
const TUPLE_ORIG = 1;
const TUPLE_REPLY = 2;
const TUPLE_IP = 1;
const TUPLE_PROTO = 2;
const IP_V4_SRC = 1;
const IP_V4_DST = 2;
const IP_V6_SRC = 3;
const IP_V6_DST = 4;
const PROTO_NUM = 1;
const PROTO_SRC_PORT = 2;
const PROTO_DST_PORT = 3;

/** Reads the attributes of a conntrack entry; undefined when either tuple is missing or cut short. */
export function readConnection(buffer: Buffer, start: number, end: number): Connection | undefined {
  const entry = attributesOf(buffer, start, end);
  const original = readTuple(buffer, entry.get(TUPLE_ORIG));
  const reply = readTuple(buffer, entry.get(TUPLE_REPLY));
  return original === undefined || reply === undefined ? undefined : { original, reply };
}

function readTuple(buffer: Buffer, span: Span | undefined): Tuple | undefined {
  if (span === undefined) return undefined;
  const parts = attributesOf(buffer, span.start, span.end);
  const ip = nested(buffer, parts.get(TUPLE_IP));
  const proto = nested(buffer, parts.get(TUPLE_PROTO));
  const number = proto.get(PROTO_NUM);
  const source = address(buffer, ip.get(IP_V4_SRC), ip.get(IP_V6_SRC));
  const destination = address(buffer, ip.get(IP_V4_DST), ip.get(IP_V6_DST));
  if (number === undefined || number.end <= number.start) return undefined;
  if (source === undefined || destination === undefined) return undefined;
  return {
    protocol: buffer[number.start]!,
    source,
    destination,
    sourcePort: number16(buffer, proto.get(PROTO_SRC_PORT)),
    destinationPort: number16(buffer, proto.get(PROTO_DST_PORT)),
  };
}

function nested(buffer: Buffer, span: Span | undefined): Map<number, Span> {
  return span === undefined ? new Map() : attributesOf(buffer, span.start, span.end);
}

function address(
  buffer: Buffer,
  four: Span | undefined,
  six: Span | undefined,
): string | undefined {
  if (four !== undefined && four.end - four.start === 4) return v4(buffer, four.start);
  if (six !== undefined && six.end - six.start === 16) return v6(buffer, six.start);
  return undefined;
}
