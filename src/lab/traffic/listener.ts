import type { Address } from '../../model/address.ts';
import { LARGEST_SOCKADDR, addressOf } from '../sockets/address.ts';
import { EPOLL, NONBLOCK, NO_SIGNAL, PROTOCOL_NUMBER, socketCalls } from '../sockets/calls.ts';
import { DATAGRAM, STREAM } from '../sockets/calls.ts';
import { answerLine, answerTo } from '../sockets/listener-answer.ts';
import type { Poller } from '../sockets/poller.ts';
import { SocketError, openSocket } from '../sockets/socket.ts';
import type { SocketKind } from '../sockets/socket.ts';

/** How many connections may be open without having asked; the oldest goes first. */
const MOST_IDLE = 1024;
const BACKLOG = 1024;
const READ_SIZE = 4096;

const INPUT = Buffer.alloc(READ_SIZE);
const PEER = Buffer.alloc(LARGEST_SOCKADDR);
const PEER_LENGTH = Buffer.alloc(4);

/**
 * Listens on a port of every address of the namespace this thread is in, TCP or SCTP: whoever sends
 * anything is told the id and the address it is seen as, and the connection ends. Returns the
 * descriptors to close. Throws {@link SocketError}.
 */
export function listenStream(
  poller: Poller,
  id: string,
  port: number,
  protocol: 'TCP' | 'SCTP',
): number[] {
  const fd = bindAll({ type: STREAM, protocol: PROTOCOL_NUMBER[protocol] }, port);
  const calls = socketCalls();
  if (calls.listen(fd, BACKLOG) < 0) {
    const error = new SocketError(`cannot listen on port ${port}`, calls.errno());
    calls.close(fd);
    throw error;
  }
  const idle = new Set<number>();
  const end = (client: number): void => {
    idle.delete(client);
    poller.close(client);
  };
  poller.watch(fd, EPOLL.in, () => {
    for (;;) {
      PEER_LENGTH.writeUInt32LE(LARGEST_SOCKADDR);
      const client = calls.accept4(fd, PEER, PEER_LENGTH, NONBLOCK);
      if (client < 0) return;
      const line = answerLine(id, addressOf(PEER));
      // most clients have sent already: they are served without a second round
      if (answer(client, line)) {
        calls.close(client);
        continue;
      }
      idle.add(client);
      if (idle.size > MOST_IDLE) end([...idle][0]!);
      poller.watch(client, EPOLL.in, () => {
        if (answer(client, line)) end(client);
      });
    }
  });
  return [fd];
}

/** Both families by one socket where the kernel has both. */
function bindAll(kind: SocketKind, port: number): number {
  try {
    return openSocket(6, kind, { port });
  } catch (error) {
    // EAFNOSUPPORT: a kernel without IPv6
    if (!(error instanceof SocketError) || error.errno !== 97) throw error;
    return openSocket(4, kind, { port });
  }
}

/** Whether the client is done with: it asked and was answered, or is gone. */
function answer(client: number, line: string): boolean {
  const calls = socketCalls();
  const size = calls.recv(client, INPUT, READ_SIZE, 0);
  if (size < 0) return calls.errno() !== 11;
  if (size === 0) return true;
  const bytes = Buffer.from(answerTo(INPUT.toString('latin1', 0, size), line));
  calls.send(client, bytes, bytes.length, NO_SIGNAL);
  return true;
}

/** No longer than this, so that two listeners cannot answer each other for ever. */
const LONGEST_DATAGRAM = 512;
const AT_ONCE = 64;

/**
 * Listens on a UDP port of each address, in the namespace this thread is in; a datagram comes back with
 * the id and the client's address behind it. Returns the descriptors to close. Throws {@link SocketError}.
 */
export function listenDatagrams(
  poller: Poller,
  id: string,
  port: number,
  addresses: readonly Address[],
): number[] {
  const opened: number[] = [];
  try {
    // one each: a socket of all addresses would answer from the one the route prefers
    for (const address of addresses) {
      const kind = { type: DATAGRAM, protocol: PROTOCOL_NUMBER.UDP };
      const fd = openSocket(address.family, kind, { address, port });
      opened.push(fd);
      poller.watch(fd, EPOLL.in, () => {
        for (let i = 0; i < AT_ONCE; i++) if (!answerDatagram(fd, id)) return;
      });
    }
  } catch (error) {
    for (const fd of opened) poller.close(fd);
    throw error;
  }
  return opened;
}

/** Whether there was something to look at. */
function answerDatagram(fd: number, id: string): boolean {
  const calls = socketCalls();
  PEER_LENGTH.writeUInt32LE(LARGEST_SOCKADDR);
  const size = calls.recvfrom(fd, INPUT, READ_SIZE, 0, PEER, PEER_LENGTH);
  // an error of an earlier answer (ECONNREFUSED) comes up here once and means nothing
  if (size < 0) return calls.errno() !== 11;
  if (size > LONGEST_DATAGRAM) return true;
  const text = `${INPUT.toString('latin1', 0, size).trimEnd()} ${answerLine(id, addressOf(PEER))}`;
  const bytes = Buffer.from(text, 'latin1');
  calls.sendto(fd, bytes, bytes.length, NO_SIGNAL, PEER, PEER_LENGTH.readUInt32LE());
  return true;
}
