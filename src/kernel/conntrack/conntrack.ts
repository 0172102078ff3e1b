import { readFileSync } from 'node:fs';
import { parseAddress } from '../../model/address.ts';
import { inNamespace } from '../host/inside-namespace.ts';
import {
  NLM_F_DUMP,
  NLM_F_REQUEST,
  attribute,
  attributesOf,
  be16,
  message,
  messagesOf,
  netfilterHeader,
  number32,
} from '../netlink/netlink.ts';
import { NetlinkSocket } from '../netlink/socket.ts';
import { readConnection } from './connection-tuple.ts';
import type { Connection, Tuple } from './connection-tuple.ts';

/** How many connections the kernel follows, and how many it can: when full, it drops new ones. */
export interface ConnectionCount {
  readonly count: number;
  readonly max: number;
}

/** The number of connections followed in a network namespace; undefined where conntrack has not been used. */
export function connectionCount(netns?: string): ConnectionCount | undefined {
  const read = (): ConnectionCount | undefined => {
    try {
      return { count: readNumber('nf_conntrack_count'), max: readNumber('nf_conntrack_max') };
    } catch {
      return undefined;
    }
  };
  return netns === undefined ? read() : inNamespace(netns, read);
}

function readNumber(name: string): number {
  return Number(readFileSync(`/proc/sys/net/netfilter/${name}`, 'utf8'));
}

/** NFNL_SUBSYS_CTNETLINK << 8, IPCTNL_MSG_CT_NEW and IPCTNL_MSG_CT_GET. */
const ENTRY_MESSAGE = 1 << 8;
const GET_MESSAGE = (1 << 8) | 1;
/** struct nfgenmsg. */
const GENERIC = 4;
/** CTA_MARK. */
const MARK = 8;
const AF_UNSPEC = 0;
const AF_INET = 2;
const AF_INET6 = 10;
const NESTED = 0x8000;

/** The marks of all connections of a network namespace; none where conntrack cannot be asked. */
export function connectionMarks(netns?: string): Set<number> {
  const marks = new Set<number>();
  const socket = new NetlinkSocket({ netns });
  try {
    const request = message(
      GET_MESSAGE,
      NLM_F_REQUEST | NLM_F_DUMP,
      1,
      netfilterHeader(AF_UNSPEC, 0),
    );
    socket.dump(request, (datagram) => {
      for (const { type, start, end } of messagesOf(datagram)) {
        if (type !== ENTRY_MESSAGE) continue;
        const entry = attributesOf(datagram, start + GENERIC, end);
        marks.add(number32(datagram, entry.get(MARK)) ?? 0);
      }
    });
  } finally {
    socket.close();
  }
  return marks;
}

/** Asks the kernel for single connections of a network namespace. Throws {@link HostError} as its socket does. */
export class ConnectionFinder {
  readonly #socket: NetlinkSocket;

  constructor(netns?: string) {
    this.#socket = new NetlinkSocket({ netns });
  }

  /**
   * The connection that a packet with these ends belongs to, in either direction and on either side of NAT;
   * undefined when the kernel follows none such.
   */
  find(packet: Tuple): { connection: Connection; reply: boolean } | undefined {
    const back: Tuple = {
      protocol: packet.protocol,
      source: packet.destination,
      destination: packet.source,
      sourcePort: packet.destinationPort,
      destinationPort: packet.sourcePort,
    };
    for (const tuple of [packet, back]) {
      const connection = this.#get(tuple);
      if (connection === undefined) continue;
      const { original, reply } = connection;
      return { connection, reply: sameEnds(packet, reply) || sameEnds(back, original) };
    }
    return undefined;
  }

  #get(tuple: Tuple): Connection | undefined {
    const request = getRequest(tuple);
    const answer = request && this.#socket.ask(request);
    if (answer === undefined) return undefined;
    for (const { type, start, end } of messagesOf(answer)) {
      if (type === ENTRY_MESSAGE) return readConnection(answer, start + GENERIC, end);
    }
    return undefined;
  }

  close(): void {
    this.#socket.close();
  }
}

function sameEnds(a: Tuple, b: Tuple): boolean {
  return (
    a.source === b.source &&
    a.destination === b.destination &&
    a.sourcePort === b.sourcePort &&
    a.destinationPort === b.destinationPort
  );
}

/** IPCTNL_MSG_CT_GET by CTA_TUPLE_ORIG; the kernel looks among the tuples of both directions. */
function getRequest(tuple: Tuple): Buffer | undefined {
  const source = bytesOf(tuple.source);
  const destination = bytesOf(tuple.destination);
  const { protocol, sourcePort, destinationPort } = tuple;
  if (source === undefined || destination === undefined) return undefined;
  if (sourcePort === undefined || destinationPort === undefined) return undefined;
  const six = source.length === 16;
  const ends = [attribute(six ? 3 : 1, source), attribute(six ? 4 : 2, destination)];
  const ports = [
    attribute(1, Buffer.from([protocol])),
    attribute(2, be16(sourcePort)),
    attribute(3, be16(destinationPort)),
  ];
  return message(
    GET_MESSAGE,
    NLM_F_REQUEST,
    1,
    netfilterHeader(six ? AF_INET6 : AF_INET, 0),
    attribute(
      1 | NESTED,
      Buffer.concat([
        attribute(1 | NESTED, Buffer.concat(ends)),
        attribute(2 | NESTED, Buffer.concat(ports)),
      ]),
    ),
  );
}

function bytesOf(text: string): Buffer | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  const digits = address.value.toString(16).padStart(address.family === 4 ? 8 : 32, '0');
  return Buffer.from(digits, 'hex');
}
