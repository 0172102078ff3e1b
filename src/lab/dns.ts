import { createSocket } from 'node:dgram';
import type { Socket as Datagrams } from 'node:dgram';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { inNamespace } from '../kernel/namespace.ts';
import { parseAddress } from '../model/address.ts';
import type { Address } from '../model/address.ts';
import type { Cluster } from '../model/cluster.ts';
import { answerMessage } from './dns-message.ts';
import { CLUSTER_DOMAIN, DnsZone } from './dns-zone.ts';
import { answerLine } from './listener-answer.ts';
import { DATAGRAM, PROTOCOL_NUMBER, STREAM, socketCalls } from './traffic-calls.ts';
import { openSocket } from './traffic-socket.ts';
import type { Stand } from './traffic.ts';

export { dnsPodsOf, dnsServiceOf } from './dns-pods.ts';
export type { DnsPod } from './dns-pods.ts';

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
}

/**
 * Serves the cluster's names on all addresses of the stand, over UDP and TCP (RFC 7766). Throws a
 * SocketError when the port is taken, a HostError when the namespace cannot be entered.
 */
export function openDns(
  { id, netns, addresses }: Stand,
  cluster: Cluster,
  { port = 53, domain = CLUSTER_DOMAIN }: DnsOptions = {},
): DnsServer {
  let zone = new DnsZone(cluster, domain);
  const open: { close(): void }[] = [];
  const close = (): void => {
    for (const one of open) one.close();
  };
  try {
    for (const address of addresses) {
      open.push(serveDatagrams({ id, netns, address, port }, () => zone));
      open.push(serveStreams(netns, address, port, () => zone));
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

/** One address of a stand. */
interface Place {
  readonly id: string;
  readonly netns: string;
  readonly address: Address;
  readonly port: number;
}

/** What probes say to any UDP port; as a DNS message its opcode would be 13, which there is not. */
const PROBE = /^who \d+$/;

function serveDatagrams({ id, netns, address, port }: Place, zone: () => DnsZone): Datagrams {
  const kind = { type: DATAGRAM, protocol: PROTOCOL_NUMBER.UDP };
  const fd = inNamespace(netns, () => openSocket(address.family, kind, { address, port }));
  const socket = createSocket(address.family === 4 ? 'udp4' : 'udp6');
  socket.on('message', (message, client) => {
    const text = message.toString('latin1');
    // a link-local address comes with its link: `fe80::1%eth0`
    const from = parseAddress(client.address.replace(/%.*/, ''));
    const answer =
      from !== undefined && PROBE.test(text)
        ? `${text} ${answerLine(id, from)}`
        : answerMessage(zone(), message, true);
    if (answer !== undefined) socket.send(answer, client.port, client.address, () => {});
  });
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
  zone: () => DnsZone,
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
    answerStream(client, zone);
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
function answerStream(client: Socket, zone: () => DnsZone): void {
  let waiting = Buffer.alloc(0);
  client.on('data', (piece: Buffer) => {
    waiting = Buffer.concat([waiting, piece]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const end = 2 + waiting.readUInt16BE(0);
      const answer = answerMessage(zone(), waiting.subarray(2, end), false);
      waiting = waiting.subarray(end);
      if (answer === undefined || answer.length > 0xffff) {
        client.destroy();
        return;
      }
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      client.write(Buffer.concat([length, answer]));
    }
  });
}
