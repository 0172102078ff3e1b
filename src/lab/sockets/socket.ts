import type { Address, Family } from '../../model/address.ts';
import { formatAddress } from '../../model/address.ts';
import { ANY, sockaddr } from './address.ts';
import { FAMILY_NUMBER, NONBLOCK, OPTION, socketCalls } from './calls.ts';

/** What kind of socket: the numbers of socket(2). */
export interface SocketKind {
  readonly type: number;
  readonly protocol: number;
}

/** A system call on a socket failed; the message says which and why. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
  readonly errno: number;

  constructor(doing: string, errno: number) {
    super(`${doing}: ${errnoName(errno)}`);
    this.errno = errno;
  }
}

/** The errors sockets give, by their numbers (errno(3)). */
const ERRNO_NAMES: Readonly<Record<number, string>> = {
  1: 'not permitted',
  11: 'nothing there yet',
  13: 'not permitted',
  22: 'invalid argument',
  23: 'too many open files',
  24: 'too many open files',
  71: 'protocol error',
  92: 'protocol not available',
  93: 'protocol not supported',
  94: 'socket type not supported',
  97: 'address family not supported',
  98: 'address already in use',
  99: 'address not available',
  101: 'network unreachable',
  103: 'connection aborted',
  104: 'connection reset',
  105: 'no buffer space',
  110: 'timed out',
  111: 'refused',
  113: 'host unreachable',
  115: 'in progress',
};

/** An errno in words. */
export function errnoName(errno: number): string {
  return ERRNO_NAMES[errno] ?? `errno ${errno}`;
}

/**
 * A non-blocking socket in the network namespace this thread is in. With an address it is bound there, even
 * before the address is configured; without one a socket of family 6 takes both families.
 * Throws {@link SocketError}.
 */
export function openSocket(
  family: Family,
  { type, protocol }: SocketKind,
  bindTo?: { readonly address?: Address; readonly port: number },
): number {
  const calls = socketCalls();
  const fd = calls.socket(FAMILY_NUMBER[family], type | NONBLOCK, protocol);
  if (fd < 0) throw new SocketError('cannot open a socket', calls.errno());
  if (bindTo === undefined) return fd;
  const { address, port } = bindTo;
  setOption(fd, 'reuse', 1);
  setOption(fd, family === 4 ? 'freebind4' : 'freebind6', 1);
  if (family === 6) setOption(fd, 'v6only', address === undefined ? 0 : 1);
  const bytes = sockaddr(address ?? ANY[family], port);
  if (calls.bind(fd, bytes, bytes.length) === 0) return fd;
  const error = new SocketError(
    `cannot bind ${address === undefined ? 'any address' : formatAddress(address)} port ${port}`,
    calls.errno(),
  );
  calls.close(fd);
  throw error;
}

const VALUE = Buffer.alloc(4);

/** Sets an option that is a number; failures are ignored, for each option only makes things better. */
export function setOption(fd: number, option: keyof typeof OPTION, value: number): void {
  const [level, name] = OPTION[option];
  VALUE.writeInt32LE(value);
  socketCalls().setsockopt(fd, level, name, VALUE, 4);
}

/** Whether this kernel can open such a socket; tried in the own namespace. */
export function canOpen(family: Family, kind: SocketKind): boolean {
  try {
    socketCalls().close(openSocket(family, kind));
    return true;
  } catch (error) {
    if (error instanceof SocketError) return false;
    throw error;
  }
}
