import type { DenyEvent } from '../../kernel/conntrack/deny-event.ts';
import { parseAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import type { Protocol } from '../../model/port-set.ts';

/** A connection that a node did not let through, as client and server would tell it. */
export interface DeniedConnection {
  /** The node whose rules dropped the packet. */
  readonly node: string;
  /** `unknown`: an address of the node's that no pod has (yet). */
  readonly by: 'ingress' | 'egress' | 'unknown' | 'other';
  readonly from: Address;
  /** The real server, whatever Service was asked. */
  readonly to: Address;
  readonly protocol: Protocol | 'other';
  /** 0 for a protocol without ports. */
  readonly port: number;
  /** Whom the client asked, when that was a Service. */
  readonly asked?: { readonly address: Address; readonly port: number };
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** The protocol numbers of IANA that policies can name. */
const PROTOCOLS: Readonly<Record<number, Protocol>> = { 6: 'TCP', 17: 'UDP', 132: 'SCTP' };

/** What a deny event of a node's kernel says about a connection; undefined when it has no addresses. */
export function deniedConnection(node: string, event: DenyEvent): DeniedConnection | undefined {
  const { connection, prefix, time } = event;
  const forward = event.reply !== true;
  const client = connection?.original.source ?? (forward ? event.source : event.destination);
  const server = connection?.reply.source ?? (forward ? event.destination : event.source);
  const port =
    connection?.reply.sourcePort ?? (forward ? event.destinationPort : event.sourcePort) ?? 0;
  const [from, to] = [parseAddress(client), parseAddress(server)];
  if (from === undefined || to === undefined) return undefined;
  const protocol = PROTOCOLS[event.protocol] ?? 'other';
  const asked = connection && askedOf(connection.original, server);
  const denied = { node, by: directionOf(prefix), from, to, protocol, time } as const;
  return { ...denied, port: protocol === 'other' ? 0 : port, ...(asked && { asked }) };
}

function askedOf(
  { destination, destinationPort }: { destination: string; destinationPort: number | undefined },
  server: string,
): DeniedConnection['asked'] {
  const address = parseAddress(destination);
  if (destination === server || address === undefined) return undefined;
  return { address, port: destinationPort ?? 0 };
}

/** The prefixes of the compiler's log rules. */
function directionOf(prefix: string): DeniedConnection['by'] {
  const [, letter] = prefix.trim().split(' ');
  if (letter === 'I') return 'ingress';
  if (letter === 'E') return 'egress';
  return letter === 'U' ? 'unknown' : 'other';
}
