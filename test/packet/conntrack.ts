import type { Family } from '../../src/model/address.ts';
import { ACK, FIN, ICMP, ICMP6, RST, SCTP, SYN, TCP } from './packet.ts';
import type { Packet } from './packet.ts';

/** One direction of a connection, as its packets look. */
export interface Tuple {
  readonly family: Family;
  readonly protocol: number;
  readonly source: bigint;
  readonly sourcePort: number;
  readonly destination: bigint;
  readonly destinationPort: number;
}

/** One connection. */
export interface Entry {
  readonly original: Tuple;
  /** What answers look like where they are sent: after DNAT their source is the real server's. */
  reply: Tuple;
  mark: number;
  /** Whether a packet in the reply direction came; from then on the connection is established. */
  answered: boolean;
  /** Whether the first packet got through, for only then the entry is kept. */
  confirmed: boolean;
  rewritesSource: boolean;
  rewritesDestination: boolean;
}

/** What conntrack says of one packet. */
export type Tracking =
  | {
      readonly state: 'new' | 'established' | 'related';
      readonly entry: Entry;
      readonly direction: 'original' | 'reply';
    }
  | { readonly state: 'invalid' | 'untracked' };

/** ICMPv6 that conntrack leaves alone: multicast listeners, router and neighbour discovery. */
const UNTRACKED_ICMP6: ReadonlySet<number> = new Set([130, 131, 132, 133, 134, 135, 136, 143]);

/**
 * The connections one node knows, as net/netfilter/nf_conntrack_core.c keeps them with the settings
 * the kernel comes with (`nf_conntrack_tcp_loose=1`). Timeouts, windows and the end of connections
 * are not modelled.
 *
 * Measured on Linux 6.18: a SYN-ACK, FIN or RST that belongs to no connection is invalid and a bare
 * ACK begins one; an ICMP error has the tuples and the mark of the connection it is about.
 */
export class ConntrackTable {
  readonly #byTuple = new Map<string, { entry: Entry; direction: 'original' | 'reply' }>();

  /** What a packet is, before any NAT of this node. */
  track(packet: Packet): Tracking {
    if (packet.protocol === ICMP6 && UNTRACKED_ICMP6.has(packet.icmpType!)) {
      return { state: 'untracked' };
    }
    if (packet.quoted !== undefined) return this.#trackError(packet.quoted);
    const tuple = tupleOf(packet);
    const found = tuple && this.#byTuple.get(keyOf(tuple));
    if (found !== undefined) {
      const { entry, direction } = found;
      if (direction === 'reply') entry.answered = true;
      return { state: entry.answered ? 'established' : 'new', entry, direction };
    }
    if (tuple === undefined || !mayBegin(packet)) return { state: 'invalid' };
    const entry: Entry = {
      original: tuple,
      reply: inverse(tuple),
      mark: 0,
      answered: false,
      confirmed: false,
      rewritesSource: false,
      rewritesDestination: false,
    };
    return { state: 'new', entry, direction: 'original' };
  }

  /** An error is related to the connection of the packet it quotes, in the direction back. */
  #trackError(quoted: Packet): Tracking {
    const tuple = tupleOf(quoted);
    const found = tuple && this.#byTuple.get(keyOf(inverse(tuple)));
    return found === undefined ? { state: 'invalid' } : { state: 'related', ...found };
  }

  /** Keeps the entry of a packet that got through. */
  confirm(entry: Entry): void {
    if (entry.confirmed) return;
    entry.confirmed = true;
    this.#byTuple.set(keyOf(entry.original), { entry, direction: 'original' });
    this.#byTuple.set(keyOf(entry.reply), { entry, direction: 'reply' });
  }

  /** Forgets everything: `conntrack -F`, a reboot (L11). */
  flush(): void {
    this.#byTuple.clear();
  }

  /** The connections, each once. */
  entries(): Entry[] {
    return [...new Set([...this.#byTuple.values()].map(({ entry }) => entry))];
  }
}

/** Undefined for ICMP that neither asks nor answers an echo. */
function tupleOf(packet: Packet): Tuple | undefined {
  const { family, protocol, source, sourcePort, destination, destinationPort } = packet;
  const isIcmp = protocol === ICMP || protocol === ICMP6;
  if (isIcmp && !isEcho(packet)) return undefined;
  // as in the kernel the type of an echo stands where others have the port they go to
  const to = isIcmp ? packet.icmpType! : destinationPort;
  return { family, protocol, source, sourcePort, destination, destinationPort: to };
}

function isEcho({ protocol, icmpType }: Packet): boolean {
  return (protocol === ICMP ? [8, 0] : [128, 129]).includes(icmpType!);
}

/** Whether a packet without an entry begins a connection (`tcp_new`, `icmp_new`, `sctp_new`). */
function mayBegin({ protocol, tcpFlags = 0, icmpType, init }: Packet): boolean {
  switch (protocol) {
    case TCP:
      if ((tcpFlags & RST) !== 0) return false;
      if ((tcpFlags & SYN) !== 0) return (tcpFlags & ACK) === 0;
      return (tcpFlags & FIN) === 0 && (tcpFlags & ACK) !== 0;
    case SCTP:
      return init === true;
    case ICMP:
      return icmpType === 8;
    case ICMP6:
      return icmpType === 128;
    default:
      return true;
  }
}

function inverse(tuple: Tuple): Tuple {
  const { family, protocol, source, sourcePort, destination, destinationPort } = tuple;
  const isIcmp = protocol === ICMP || protocol === ICMP6;
  return {
    family,
    protocol,
    source: destination,
    sourcePort: isIcmp ? sourcePort : destinationPort,
    destination: source,
    destinationPort: isIcmp ? INVERSE_TYPES[destinationPort]! : sourcePort,
  };
}

const INVERSE_TYPES: Readonly<Record<number, number>> = { 8: 0, 0: 8, 128: 129, 129: 128 };

function keyOf({ family, protocol, source, sourcePort, destination, destinationPort }: Tuple) {
  return `${family} ${protocol} ${source} ${sourcePort} ${destination} ${destinationPort}`;
}
