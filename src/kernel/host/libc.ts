import { promisify } from 'node:util';
import { native } from './native.ts';

/** The few calls of the C library that Node does not make. Each returns -1 on failure, see {@link Libc.errno}. */
export interface Libc {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly bind: (fd: number, address: Uint8Array, length: number) => number;
  readonly getsockname: (fd: number, address: Uint8Array, length: Uint8Array) => number;
  readonly getsockopt: (
    fd: number,
    level: number,
    name: number,
    value: Uint8Array,
    length: Uint8Array,
  ) => number;
  readonly setsockopt: (
    fd: number,
    level: number,
    name: number,
    value: Uint8Array,
    length: number,
  ) => number;
  /** setsockopt with a struct sock_fprog. */
  readonly setFilter: (
    fd: number,
    level: number,
    name: number,
    program: { readonly len: number; readonly filter: Uint8Array },
    length: number,
  ) => number;
  readonly send: (fd: number, data: Uint8Array, length: number, flags: number) => number;
  /** The same on another thread, which alone knows the errno then. */
  readonly sendFromThread: (
    fd: number,
    data: Uint8Array,
    length: number,
    flags: number,
  ) => Promise<number>;
  readonly recv: (fd: number, data: Uint8Array, length: number, flags: number) => number;
  readonly close: (fd: number) => number;
  readonly setns: (fd: number, kind: number) => number;
  readonly eventfd: (initial: number, flags: number) => number;
  /** Waits on another thread until a descriptor can be read or the milliseconds are over. */
  readonly poll: (descriptors: Uint8Array, count: number, milliseconds: number) => Promise<number>;
  /** Why the last call of this thread failed. */
  readonly errno: () => number;
}

/** Numbers of errno(3) that are told apart, as Linux numbers them wherever Node runs. */
export const ERRNO = {
  EPERM: 1,
  EINTR: 4,
  ENOBUFS: 105,
} as const;

let opened: Libc | undefined;

/** The C library of this process. Throws {@link HostError} without koffi. */
export function libc(): Libc {
  opened ??= open();
  return opened;
}

function open(): Libc {
  const koffi = native();
  const self = koffi.load(null);
  const poll = self.func('int poll(void *fds, unsigned long count, int milliseconds)');
  const send = self.func('intptr_t send(int fd, const void *data, size_t length, int flags)');
  const program = koffi.struct({ len: 'uint16_t', filter: 'void *' });
  return {
    socket: self.func('int socket(int domain, int type, int protocol)'),
    bind: self.func('int bind(int fd, const void *address, uint32_t length)'),
    getsockname: self.func('int getsockname(int fd, void *address, void *length)'),
    getsockopt: self.func('int getsockopt(int fd, int level, int name, void *value, void *length)'),
    setsockopt: self.func(
      'int setsockopt(int fd, int level, int name, const void *value, uint32_t length)',
    ),
    setFilter: self.func('setsockopt', 'int', [
      'int',
      'int',
      'int',
      koffi.pointer(program),
      'uint32_t',
    ]),
    send,
    sendFromThread: promisify(send.async) as Libc['sendFromThread'],
    recv: self.func('intptr_t recv(int fd, void *data, size_t length, int flags)'),
    close: self.func('int close(int fd)'),
    eventfd: self.func('int eventfd(unsigned int initial, int flags)'),
    setns: self.func('int setns(int fd, int kind)'),
    poll: promisify(poll.async) as Libc['poll'],
    errno: () => koffi.errno(),
  };
}
