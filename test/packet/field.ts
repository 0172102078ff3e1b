import type { Field, Hook } from '../../src/compile/ruleset/ruleset.ts';
import type { Tracking } from './conntrack.ts';
import { linkGroup } from './link-group.ts';
import { ICMP6, TCP, hasPorts } from './packet.ts';
import type { Packet } from './packet.ts';
import { linkNumber, numberOf } from './value-text.ts';

/** A packet on its way through one node, with what the node knows of it. */
export interface Skb {
  packet: Packet;
  /** The link it came in by; undefined for the node's own. */
  readonly link: string | undefined;
  /** `meta priority`, which rules use as a register. */
  priority: bigint;
  /** Undefined until conntrack has seen it. */
  tracking: Tracking | undefined;
}

/** Where a rule stands: the hook it was reached from, and what is local to its node. */
export interface Setting {
  readonly hook: Hook;
  isLocal(family: Packet['family'], address: bigint): boolean;
}

/**
 * What a field of a packet holds; undefined where the kernel breaks off the rule because the packet
 * has no such field: the other family's addresses, another protocol's header, the connection of a
 * packet without one. Measured on Linux 6.18: `ct mark` and the tuples of an untracked packet end the
 * rule even when negated, while `ct state` always has a value, `invalid` before conntrack ran.
 */
export function readField(field: Field, skb: Skb, setting: Setting): bigint | undefined {
  const { packet, tracking } = skb;
  switch (field) {
    case 'meta nfproto':
      return numberOf('nf_proto', `ipv${packet.family}`);
    case 'meta l4proto':
      return BigInt(packet.protocol);
    case 'meta priority':
      return skb.priority;
    case 'iifname':
      return linkNumber(readLink(skb, setting));
    case 'iifgroup':
      return BigInt(linkGroup(readLink(skb, setting)));
    case 'ip saddr':
      return packet.family === 4 ? packet.source : undefined;
    case 'ip daddr':
      return packet.family === 4 ? packet.destination : undefined;
    case 'ip6 saddr':
      return packet.family === 6 ? packet.source : undefined;
    case 'ip6 daddr':
      return packet.family === 6 ? packet.destination : undefined;
    case 'icmpv6 type':
      return packet.protocol === ICMP6 ? BigInt(packet.icmpType!) : undefined;
    case 'tcp flags':
      return packet.protocol === TCP ? BigInt(packet.tcpFlags!) : undefined;
    case 'fib saddr type': {
      const isLocal = setting.isLocal(packet.family, packet.source);
      return numberOf('fib_addrtype', isLocal ? 'local' : 'unicast');
    }
    case 'ct state':
      return numberOf('ct_state', tracking?.state ?? 'invalid');
    case 'ct direction':
      return tracking !== undefined && 'entry' in tracking
        ? numberOf('ct_dir', tracking.direction)
        : undefined;
    case 'ct mark': {
      const entry = entryOf(tracking);
      return entry && BigInt(entry.mark);
    }
    case 'ct original ip saddr':
      return clientOf(tracking, 4);
    case 'ct original ip6 saddr':
      return clientOf(tracking, 6);
    case 'ct reply ip saddr':
      return serverOf(tracking, 4);
    case 'ct reply ip6 saddr':
      return serverOf(tracking, 6);
    case 'ct reply proto-src': {
      const entry = entryOf(tracking);
      if (entry === undefined) return undefined;
      // INVARIANT: `Program` admits this field only after `meta l4proto { tcp, udp, sctp }`
      if (!hasPorts(packet.protocol)) throw new Error(`${field} of protocol ${packet.protocol}`);
      return BigInt(entry.reply.sourcePort);
    }
    default:
      throw new Error(
        `the virtual packet does not know the field \`${String(field satisfies never)}\``,
      );
  }
}

type TrackedEntry = Extract<Tracking, { entry: unknown }>['entry'];

function entryOf(tracking: Tracking | undefined): TrackedEntry | undefined {
  return tracking !== undefined && 'entry' in tracking ? tracking.entry : undefined;
}

function clientOf(tracking: Tracking | undefined, family: 4 | 6): bigint | undefined {
  const tuple = entryOf(tracking)?.original;
  return tuple?.family === family ? tuple.source : undefined;
}

function serverOf(tracking: Tracking | undefined, family: 4 | 6): bigint | undefined {
  const tuple = entryOf(tracking)?.reply;
  return tuple?.family === family ? tuple.source : undefined;
}

/** Kernels differ in whether a packet still has its incoming link at the later hooks. */
function readLink({ link }: Skb, { hook }: Setting): string {
  if (hook === 'postrouting' || hook === 'output' || link === undefined) {
    throw new Error(`the link it came by is not to be relied upon in ${hook}`);
  }
  return link;
}
