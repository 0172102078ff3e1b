import type { Address, Family } from '../../src/model/address.ts';
import type { Tracking } from './conntrack.ts';
import { hasPorts } from './packet.ts';
import type { Packet } from './packet.ts';

/** An address and, where the protocol has them, a port; 0 keeps the port. */
export interface Place {
  readonly address: bigint;
  readonly port: number;
}

/** What a node rewrites, asked once for each connection, of its first packet. */
export interface Nat {
  /** DNAT, before routing: a Service's backend. */
  destinationOf?(packet: Packet): Place | undefined;
  /** SNAT or masquerade, the last before a packet leaves: the new source. */
  sourceOf?(packet: Packet): bigint | undefined;
}

/** What kube-proxy writes for one port of a Service, or for a NodePort at a node's address. */
export interface ServiceRule {
  readonly family: Family;
  readonly protocol: number;
  readonly at: Place;
  readonly backend: Place;
}

/** The NAT of a node: Services, their hairpins masqueraded, and more sources when `masquerades` says so. */
export function servicesNat(
  rules: readonly ServiceRule[],
  nodeAddresses: readonly Address[],
  masquerades: (packet: Packet) => boolean = () => false,
): Nat {
  return {
    destinationOf: ({ family, protocol, destination, destinationPort }) =>
      rules.find(
        (rule) =>
          rule.family === family &&
          rule.protocol === protocol &&
          rule.at.address === destination &&
          rule.at.port === destinationPort,
      )?.backend,
    sourceOf: (packet) => {
      if (packet.source !== packet.destination && !masquerades(packet)) return undefined;
      return nodeAddresses.find(({ family }) => family === packet.family)?.value;
    },
  };
}

/** Decides the destination of a new connection, and rewrites the packet's if its connection says so. */
export function rewriteDestination(packet: Packet, tracking: Tracking, nat: Nat): Packet {
  if (!('entry' in tracking)) return packet;
  const { entry, direction, state } = tracking;
  if (state === 'new' && !entry.confirmed) {
    const place = nat.destinationOf?.(packet);
    if (place !== undefined) {
      const sourcePort = place.port === 0 ? entry.reply.sourcePort : place.port;
      entry.reply = { ...entry.reply, source: place.address, sourcePort };
      entry.rewritesDestination = true;
    }
  }
  if (direction === 'original') {
    if (!entry.rewritesDestination) return packet;
    const { source, sourcePort } = entry.reply;
    return withDestination(packet, source, sourcePort);
  }
  if (!entry.rewritesSource) return packet;
  return withDestination(packet, entry.original.source, entry.original.sourcePort);
}

/** Decides the source of a new connection, and rewrites the packet's if its connection says so. */
export function rewriteSource(packet: Packet, tracking: Tracking, nat: Nat): Packet {
  if (!('entry' in tracking)) return packet;
  const { entry, state } = tracking;
  if (state === 'new' && !entry.confirmed) {
    const source = nat.sourceOf?.(packet);
    if (source !== undefined) {
      entry.reply = { ...entry.reply, destination: source };
      entry.rewritesSource = true;
    }
  }
  return restoreSource(packet, tracking);
}

/** Rewrites the source if the connection says so: of answers to the node too, where nothing is decided. */
export function restoreSource(packet: Packet, tracking: Tracking): Packet {
  if (!('entry' in tracking)) return packet;
  const { entry, direction } = tracking;
  if (direction === 'original') {
    if (!entry.rewritesSource) return packet;
    return withSource(packet, entry.reply.destination, entry.reply.destinationPort);
  }
  if (!entry.rewritesDestination) return packet;
  return withSource(packet, entry.original.destination, entry.original.destinationPort);
}

/** An ICMP error is rewritten with the packet it quotes, which went the other way. */
function withDestination(packet: Packet, destination: bigint, port: number): Packet {
  const { quoted } = packet;
  if (quoted !== undefined) {
    return { ...packet, destination, quoted: withSource(quoted, destination, port) };
  }
  return { ...packet, destination, ...(hasPorts(packet.protocol) && { destinationPort: port }) };
}

function withSource(packet: Packet, source: bigint, port: number): Packet {
  const { quoted } = packet;
  if (quoted !== undefined) {
    return { ...packet, source, quoted: withDestination(quoted, source, port) };
  }
  return { ...packet, source, ...(hasPorts(packet.protocol) && { sourcePort: port }) };
}
