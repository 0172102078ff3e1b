import { createSocket } from 'node:dgram';
import type { Socket as Datagrams } from 'node:dgram';
import { Socket } from 'node:net';
import { inNamespace } from '../../src/kernel/host/namespace.ts';
import { sockaddr } from '../../src/lab/sockets/address.ts';
import { DATAGRAM, PROTOCOL_NUMBER, STREAM, socketCalls } from '../../src/lab/sockets/calls.ts';
import { openSocket } from '../../src/lab/sockets/socket.ts';
import type { Address } from '../../src/model/address.ts';

/** A TCP connection from inside a namespace, under way; Node's own would be made where the thread is later. */
export function connectFrom(netns: string, to: Address, port: number): Socket {
  const kind = { type: STREAM, protocol: PROTOCOL_NUMBER.TCP };
  const fd = inNamespace(netns, () => {
    const own = openSocket(to.family, kind);
    const target = sockaddr(to, port);
    socketCalls().connect(own, target, target.length);
    return own;
  });
  return new Socket({ fd, readable: true, writable: true });
}

/** A UDP socket of a namespace. */
export function datagramsFrom(netns: string, { family }: Address): Datagrams {
  const kind = { type: DATAGRAM, protocol: PROTOCOL_NUMBER.UDP };
  const fd = inNamespace(netns, () => openSocket(family, kind));
  const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
  socket.bind({ fd, exclusive: true });
  return socket;
}

/** IP_MTU_DISCOVER and IPV6_MTU_DISCOVER, and the value that forbids fragments (ip(7)). */
const DISCOVER = { 4: [0, 10], 6: [41, 23] } as const;
const DO = Buffer.from([2, 0, 0, 0]);

/** Sends one datagram of that size which may not be cut into pieces on its way. */
export function sendWhole(netns: string, to: Address, size: number): void {
  const kind = { type: DATAGRAM, protocol: PROTOCOL_NUMBER.UDP };
  const calls = socketCalls();
  inNamespace(netns, () => {
    const fd = openSocket(to.family, kind);
    const [level, option] = DISCOVER[to.family];
    calls.setsockopt(fd, level, option, DO, 4);
    const target = sockaddr(to, 9);
    calls.sendto(fd, Buffer.alloc(size), size, 0, target, target.length);
    calls.close(fd);
  });
}
