import { libc } from '../../kernel/host/libc.ts';
import type { Libc } from '../../kernel/host/libc.ts';
import { native } from '../../kernel/host/native.ts';

/** The calls sockets need beside those of {@link Libc}. Each returns -1 on failure. */
export interface SocketCalls extends Libc {
  connect(fd: number, address: Uint8Array, length: number): number;
  listen(fd: number, backlog: number): number;
  /** Writes the client's address over `address`; `length` holds its size, in and out. */
  accept4(fd: number, address: Uint8Array, length: Uint8Array, flags: number): number;
  getsockopt(
    fd: number,
    level: number,
    name: number,
    value: Uint8Array,
    length: Uint8Array,
  ): number;
  recvfrom(
    fd: number,
    data: Uint8Array,
    size: number,
    flags: number,
    address: Uint8Array,
    length: Uint8Array,
  ): number;
  sendto(
    fd: number,
    data: Uint8Array,
    size: number,
    flags: number,
    address: Uint8Array,
    length: number,
  ): number;
  shutdown(fd: number, how: number): number;
  epollCreate(flags: number): number;
  epollControl(epoll: number, operation: number, fd: number, event: Uint8Array): number;
  epollWait(epoll: number, events: Uint8Array, count: number, milliseconds: number): number;
}

let opened: SocketCalls | undefined;

/** The calls of this process. Throws a HostError without koffi. */
export function socketCalls(): SocketCalls {
  opened ??= open();
  return opened;
}

function open(): SocketCalls {
  const self = native().load(null);
  return {
    ...libc(),
    connect: self.func('int connect(int fd, const uint8_t *address, uint32_t length)'),
    listen: self.func('int listen(int fd, int backlog)'),
    accept4: self.func(
      'int accept4(int fd, _Out_ uint8_t *address, _Inout_ uint8_t *length, int flags)',
    ),
    getsockopt: self.func(
      'int getsockopt(int fd, int level, int name, _Out_ uint8_t *value, _Inout_ uint8_t *length)',
    ),
    recvfrom: self.func(
      'intptr_t recvfrom(int fd, _Out_ uint8_t *data, size_t size, int flags, _Out_ uint8_t *address, _Inout_ uint8_t *length)',
    ),
    sendto: self.func(
      'intptr_t sendto(int fd, const uint8_t *data, size_t size, int flags, const uint8_t *address, uint32_t length)',
    ),
    shutdown: self.func('int shutdown(int fd, int how)'),
    epollCreate: self.func('int epoll_create1(int flags)'),
    epollControl: self.func(
      'int epoll_ctl(int epoll, int operation, int fd, const uint8_t *event)',
    ),
    epollWait: self.func(
      'int epoll_wait(int epoll, _Out_ uint8_t *events, int count, int milliseconds)',
    ),
  };
}

/** Numbers of socket(7), ip(7), ipv6(7), tcp(7) and epoll(7), as Linux has them where Node runs. */
export const FAMILY_NUMBER = { 4: 2, 6: 10 } as const;
export const STREAM = 1;
export const DATAGRAM = 2;
export const RAW = 3;
/** SOCK_NONBLOCK | SOCK_CLOEXEC. */
export const NONBLOCK = 0o4000 | 0o2000000;
export const PROTOCOL_NUMBER = { TCP: 6, UDP: 17, SCTP: 132, ICMP: 1, ICMPv6: 58 } as const;
export const OPTION = {
  reuse: [1, 2],
  linger: [1, 13],
  error: [1, 4],
  freebind4: [0, 15],
  v6only: [41, 26],
  freebind6: [41, 78],
  /** IP_RECVERR and IPV6_RECVERR: ICMP errors are queued with what they quote. */
  errors4: [0, 11],
  errors6: [41, 25],
} as const;
export const EPOLL = { in: 1, out: 4, error: 8, add: 1, del: 2, mod: 3 } as const;
/** MSG_NOSIGNAL: a closed connection is an error, not a signal. */
export const NO_SIGNAL = 0x4000;
