import { createSocket } from 'node:dgram';
import type { Socket as Datagrams } from 'node:dgram';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { DnsAnswer } from '../../compile/matrix/learned-names.ts';
import { inNamespace } from '../../kernel/host/namespace.ts';
import { parseAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Stand } from '../sockets/attempt.ts';
import { DATAGRAM, PROTOCOL_NUMBER, STREAM, socketCalls } from '../sockets/calls.ts';
import { answerLine } from '../sockets/listener-answer.ts';
import { openSocket } from '../sockets/socket.ts';
import { heardIn } from './heard.ts';
import { answerMessage } from './message.ts';
import { CLUSTER_DOMAIN, DnsZone } from './zone.ts';

export { dnsPodsOf, dnsServiceOf } from './pods.ts';
export type { DnsPod } from './pods.ts';

/** The cluster's DNS on one stand. */
export interface DnsServer {
  /** Answers from now on with the names of this cluster. */
  update(cluster: Cluster): void;
  close(): void;
}

/** Where and as what the server answers. */
export interface DnsOptions {
  /** 53 when absent; the target port where the DNS pods listen elsewhere. */
  readonly port?: number;
  /** The cluster's domain; `cluster.local` when absent. */
  readonly domain?: string;
  /** Told of what an answer says, which is sent when it resolves: nodes learn a name before who asked for it. */
  readonly hear?: (answers: readonly DnsAnswer[]) => Promise<void>;
}

/**
 * Serves the cluster's names on all addresses of the stand, over UDP and TCP (RFC 7766). Throws a
 * SocketError when the port is taken, a HostError when the namespace cannot be entered.
 */
export function openDns(
  { id, netns, addresses }: Stand,
  cluster: Cluster,
  { port = 53, domain = CLUSTER_DOMAIN, hear }: DnsOptions = {},
): DnsServer {
  let zone = new DnsZone(cluster, domain);
  const answer: Answering = async (message, limited) => {
    const text = answerMessage(zone, message, limited);
    const heard = text === undefined || hear === undefined ? [] : heardIn(text, Date.now());
    // a node that cannot learn it stays closed, and says so itself
    if (heard.length > 0) await hear!(heard).catch(() => {});
    return text;
  };
  const open: { close(): void }[] = [];
  const close = (): void => {
    for (const one of open) one.close();
  };
  try {
    for (const address of addresses) {
      open.push(serveDatagrams({ id, netns, address, port }, answer));
      open.push(serveStreams(netns, address, port, answer));
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    update: (next) => {
      zone = new DnsZone(next, domain);
    },
    close,
  };
}

/** The answer to a message, once everybody who hears of it has heard it. */
type Answering = (message: Buffer, limited: boolean) => Promise<Buffer | undefined>;

/** One address of a stand. */
interface Place {
  readonly id: string;
  readonly netns: string;
  readonly address: Address;
  readonly port: number;
}

/** What probes say to any UDP port; as a DNS message its opcode would be 13, which there is not. */
const PROBE = /^who \d+$/;

function serveDatagrams({ id, netns, address, port }: Place, answer: Answering): Datagrams {
  const kind = { type: DATAGRAM, protocol: PROTOCOL_NUMBER.UDP };
  const fd = inNamespace(netns, () => openSocket(address.family, kind, { address, port }));
  const socket = createSocket(address.family === 4 ? 'udp4' : 'udp6');
  let isOpen = true;
  socket.on('message', (message, client) => {
    const text = message.toString('latin1');
    // a link-local address comes with its link: `fe80::1%eth0`
    const from = parseAddress(client.address.replace(/%.*/, ''));
    const send = (data: Buffer | string): void => {
      if (isOpen) socket.send(data, client.port, client.address, () => {});
    };
    if (from !== undefined && PROBE.test(text)) send(`${text} ${answerLine(id, from)}`);
    else void answer(message, true).then((data) => data !== undefined && send(data));
  });
  socket.on('close', () => (isOpen = false));
  // an ICMP error to an earlier answer, which nobody waits for any more
  socket.on('error', () => {});
  socket.bind({ fd, exclusive: true });
  return socket;
}

/** Connections are closed when nothing was asked for so long. */
const IDLE_MS = 10_000;
const MOST_CONNECTIONS = 200;
const BACKLOG = 128;

function serveStreams(
  netns: string,
  address: Address,
  port: number,
  answer: Answering,
): { close(): void } {
  const fd = inNamespace(netns, () => {
    const own = openSocket(
      address.family,
      { type: STREAM, protocol: PROTOCOL_NUMBER.TCP },
      { address, port },
    );
    socketCalls().listen(own, BACKLOG);
    return own;
  });
  const clients = new Set<Socket>();
  const server: Server = createServer((client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.on('error', () => client.destroy());
    client.setTimeout(IDLE_MS, () => client.destroy());
    answerStream(client, answer);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.on('error', () => {});
  server.listen({ fd, exclusive: true });
  return {
    close: () => {
      server.close();
      for (const client of clients) client.destroy();
    },
  };
}

/** Each message has its length before it, in two bytes; several may come in one piece, or one in several. */
function answerStream(client: Socket, answer: Answering): void {
  let waiting = Buffer.alloc(0);
  client.on('data', (piece: Buffer) => {
    waiting = Buffer.concat([waiting, piece]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const end = 2 + waiting.readUInt16BE(0);
      const message = waiting.subarray(2, end);
      waiting = waiting.subarray(end);
      // answers may come in another order than they were asked for (RFC 7766, section 7)
      void answer(message, false).then((data) => {
        if (data === undefined || data.length > 0xffff) {
          client.destroy();
          return;
        }
        const length = Buffer.alloc(2);
        length.writeUInt16BE(data.length);
        if (client.writable) client.write(Buffer.concat([length, data]));
      });
    }
  });
}
