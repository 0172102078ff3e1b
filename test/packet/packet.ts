import type { Family } from '../../src/model/address.ts';
import type { Protocol as Named } from '../conformance/implementation.ts';

/** The IP protocol numbers that packets here are made of (IANA); ESP stands for all else. */
export const ICMP = 1;
export const TCP = 6;
export const UDP = 17;
export const ESP = 50;
export const ICMP6 = 58;
export const SCTP = 132;

/** Flags of a TCP header (RFC 9293). */
export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

/** The headers of one IP packet, as far as rules and conntrack look at them. */
export interface Packet {
  readonly family: Family;
  readonly source: bigint;
  readonly destination: bigint;
  /** The IP protocol number. */
  readonly protocol: number;
  /** Of TCP, UDP and SCTP; in an echo both are its id. 0 in all else. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly tcpFlags?: number;
  /** Of ICMP and ICMPv6. */
  readonly icmpType?: number;
  /** SCTP: whether its first chunk is INIT, which alone may begin an association. */
  readonly init?: boolean;
  /** In an ICMP error, the packet it is about, as the sender of the error saw it. */
  readonly quoted?: Packet;
}

/** Whether a protocol has ports. */
export function hasPorts(protocol: number): boolean {
  return protocol === TCP || protocol === UDP || protocol === SCTP;
}

/** Who sends to whom. */
export type Way = Pick<Packet, 'family' | 'source' | 'destination'>;

/** The first packet of a connection on a port; `other` is an ICMP echo request. */
export function firstPacket(way: Way, protocol: Named, from: number, to: number): Packet {
  const ports = { sourcePort: from, destinationPort: to };
  switch (protocol) {
    case 'TCP':
      return { ...way, protocol: TCP, ...ports, tcpFlags: SYN };
    case 'UDP':
      return { ...way, protocol: UDP, ...ports };
    case 'SCTP':
      return { ...way, protocol: SCTP, ...ports, init: true };
    case 'other':
      return echo(way, 'request', from);
  }
}

/** An ICMP echo request or reply with an id. */
export function echo(way: Way, kind: 'request' | 'reply', id: number): Packet {
  const v4 = way.family === 4;
  const icmpType = kind === 'request' ? (v4 ? 8 : 128) : v4 ? 0 : 129;
  const ids = { sourcePort: id, destinationPort: id };
  return { ...way, protocol: v4 ? ICMP : ICMP6, ...ids, icmpType };
}

/** A packet of a protocol that neither conntrack nor policies know (IPsec ESP). */
export function unknownProtocol(way: Way): Packet {
  return { ...way, protocol: ESP, sourcePort: 0, destinationPort: 0 };
}

/** Neighbour discovery and other ICMPv6 that is no echo and no error. */
export function icmp6(way: Way, icmpType: number): Packet {
  return { ...way, protocol: ICMP6, sourcePort: 0, destinationPort: 0, icmpType };
}

/** "Destination unreachable" (of which IPv4's "fragmentation needed" is one) about a packet. */
export function unreachable(from: bigint, quoted: Packet): Packet {
  const { family, source } = quoted;
  const v4 = family === 4;
  return {
    family,
    source: from,
    destination: source,
    protocol: v4 ? ICMP : ICMP6,
    sourcePort: 0,
    destinationPort: 0,
    icmpType: v4 ? 3 : 1,
    quoted,
  };
}

/** What the receiver of a packet answers: SYN-ACK, INIT-ACK, a datagram back, an echo reply. */
export function answerTo(packet: Packet): Packet {
  const way = turned(packet);
  const ports = { sourcePort: packet.destinationPort, destinationPort: packet.sourcePort };
  const { protocol } = packet;
  switch (protocol) {
    case TCP:
      return { ...way, protocol, ...ports, tcpFlags: SYN | ACK };
    case SCTP:
      return { ...way, protocol, ...ports, init: false };
    case ICMP:
    case ICMP6:
      return echo(way, 'reply', packet.sourcePort);
    default:
      return { ...way, protocol, ...ports };
  }
}

/** A later packet from the sender of this one: an ACK with data, a datagram, another echo request. */
export function laterThan(packet: Packet): Packet {
  if (packet.protocol === TCP) return { ...packet, tcpFlags: ACK };
  return packet.protocol === SCTP ? { ...packet, init: false } : packet;
}

function turned({ family, source, destination }: Packet): Way {
  return { family, source: destination, destination: source };
}
