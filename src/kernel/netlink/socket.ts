import { HostError } from '../host/host-error.ts';
import { inNamespace } from '../host/inside-namespace.ts';
import { ERRNO, libc } from '../host/libc.ts';
import { whenReadable } from '../host/readable.ts';
import { NLMSG_DONE, NLMSG_ERROR, messagesOf } from './netlink.ts';

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0x80000;
const NETLINK_NETFILTER = 12;
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_RCVTIMEO = 20;
const SO_ATTACH_FILTER = 26;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SO_PROTOCOL = 38;
const SOL_NETLINK = 270;
const NETLINK_NO_ENOBUFS = 5;
/** Classic BPF, linux/bpf_common.h. */
const BPF_LOAD_WORD = 0x20;
const BPF_JUMP_EQUAL = 0x15;
const BPF_RETURN = 0x06;
const MSG_DONTWAIT = 0x40;
/** struct sockaddr_nl. */
const ADDRESS = 12;
/** More than the kernel puts into one datagram. */
const DATAGRAM = 1 << 17;
/** What the kernel takes in a few milliseconds, in bytes. */
const SENT_AT_ONCE = 1 << 16;
/** How many datagrams are read before other work gets its turn. */
const TURN = 64;

export interface NetlinkOptions {
  readonly netns?: string | undefined;
  /** Bit mask of the multicast groups to hear. */
  readonly groups?: number;
  /** Bytes the kernel may keep for us; less without CAP_NET_ADMIN on the machine (net.core.rmem_max). */
  readonly receiveBuffer?: number;
  /** Lose messages in silence when the buffer is full, instead of an error once. */
  readonly silentLoss?: boolean;
}

/** A socket to netfilter in the kernel, opened inside a network namespace. */
export class NetlinkSocket {
  readonly #fd: number;
  readonly #buffer = Buffer.alloc(DATAGRAM);
  readonly #early: Buffer[] = [];
  #stop: (() => void) | undefined;
  #closed = false;

  /** Throws {@link HostError}: no koffi, no right, no such namespace. */
  constructor(options: NetlinkOptions) {
    const { netns } = options;
    const fd = netns === undefined ? open(options) : inNamespace(netns, () => open(options));
    this.#fd = fd;
  }

  /**
   * Sends a request with NLM_F_ACK and waits for its answer: 0, or the errno. What else comes meanwhile is
   * kept for {@link read}.
   */
  request(bytes: Buffer): number {
    const { send, recv, errno } = libc();
    if (send(this.#fd, bytes, bytes.length, 0) < 0) return errno();
    for (;;) {
      const length = recv(this.#fd, this.#buffer, DATAGRAM, 0);
      if (length < 0) return errno();
      const datagram = this.#buffer.subarray(0, length);
      const answer = messagesOf(datagram).next().value;
      if (answer?.type === NLMSG_ERROR && answer.end - answer.start >= 4) {
        return -datagram.readInt32LE(answer.start);
      }
      this.#early.push(Buffer.from(datagram));
    }
  }

  /** What the kernel knows this socket by. */
  get port(): number {
    return portOfNetfilterSocket(this.#fd)!;
  }

  /**
   * Sends a batch of messages of which the kernel answers the one numbered `last`, and all it refuses. Whether
   * it took them all; else nothing has changed. A large one is sent from another thread.
   */
  async transact(batch: Buffer, last: number): Promise<boolean> {
    const { send, sendFromThread, recv } = libc();
    const sent =
      batch.length > SENT_AT_ONCE
        ? await sendFromThread(this.#fd, batch, batch.length, 0)
        : send(this.#fd, batch, batch.length, 0);
    if (sent < 0) return false;
    let [isAnswered, isRefused] = [false, false];
    // the kernel has answered by the time that it has taken the bytes
    for (;;) {
      const length = recv(this.#fd, this.#buffer, DATAGRAM, MSG_DONTWAIT);
      if (length < 0) return isAnswered && !isRefused;
      const datagram = this.#buffer.subarray(0, length);
      for (const { type, sequence, start, end } of messagesOf(datagram)) {
        if (type !== NLMSG_ERROR || end - start < 4) continue;
        if (datagram.readInt32LE(start) !== 0) isRefused = true;
        else if (sequence === last) isAnswered = true;
      }
    }
  }

  /** Sends a request and returns the first datagram that answers it; undefined when none comes. */
  ask(bytes: Buffer): Buffer | undefined {
    const { send, recv } = libc();
    if (send(this.#fd, bytes, bytes.length, 0) < 0) return undefined;
    const length = recv(this.#fd, this.#buffer, DATAGRAM, 0);
    return length < 0 ? undefined : Buffer.from(this.#buffer.subarray(0, length));
  }

  /** Sends a request with NLM_F_DUMP and hands over each datagram of the answer, until all have come. */
  dump(bytes: Buffer, onDatagram: (datagram: Buffer) => void): void {
    const { send, recv, errno } = libc();
    if (send(this.#fd, bytes, bytes.length, 0) < 0) return;
    for (;;) {
      const length = recv(this.#fd, this.#buffer, DATAGRAM, 0);
      if (length < 0 && errno() === ERRNO.EINTR) continue;
      if (length < 0) return;
      const datagram = this.#buffer.subarray(0, length);
      onDatagram(datagram);
      for (const { type } of messagesOf(datagram)) {
        if (type === NLMSG_DONE || type === NLMSG_ERROR) return;
      }
    }
  }

  /**
   * Hands over each datagram as it comes; the buffer is used again for the next. `onLoss` is told when the
   * kernel dropped some because they were not read fast enough.
   */
  read(onDatagram: (datagram: Buffer) => void, onLoss: () => void): void {
    const { recv, errno } = libc();
    queueMicrotask(() => this.#early.splice(0).forEach(onDatagram));
    this.#stop = whenReadable(this.#fd, () => {
      for (let turn = 0; turn < TURN && !this.#closed; turn++) {
        const length = recv(this.#fd, this.#buffer, DATAGRAM, MSG_DONTWAIT);
        if (length >= 0) onDatagram(this.#buffer.subarray(0, length));
        else if (errno() === ERRNO.ENOBUFS) onLoss();
        else return;
      }
    });
  }

  /**
   * Has the kernel keep to itself, from now on, what tells of requests from that port: their messages are
   * neither queued nor wake this process. It replaces the port ignored before.
   */
  ignorePort(port: number): void {
    if (this.#closed) return;
    const program = Buffer.concat([
      // The load is big-endian, the port stands in the byte order of the machine (struct nlmsghdr).
      instruction(BPF_LOAD_WORD, 0, 0, 12),
      instruction(BPF_JUMP_EQUAL, 0, 1, le32(port).readUInt32BE()),
      instruction(BPF_RETURN, 0, 0, 0),
      instruction(BPF_RETURN, 0, 0, 0xffff_ffff),
    ]);
    const { setFilter, errno } = libc();
    if (setFilter(this.#fd, SOL_SOCKET, SO_ATTACH_FILTER, { len: 4, filter: program }, 16) < 0) {
      throw new HostError(`a filter cannot be set on a netlink socket: errno ${errno()}`);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#stop === undefined) libc().close(this.#fd);
    else this.#stop();
  }
}

function open(options: NetlinkOptions): number {
  const { socket, bind, setsockopt, close, errno } = libc();
  const fd = socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER);
  if (fd < 0) throw new HostError(`a netlink socket cannot be opened: errno ${errno()}`);
  const size = le32(options.receiveBuffer ?? 8 << 20);
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, size, 4) < 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, size, 4);
  }
  enlargeSendBuffer(fd);
  if (options.silentLoss) setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, le32(1), 4);
  // An answer that never comes must not hang the process; whole seconds, then microseconds.
  const patience = Buffer.alloc(16);
  patience.writeBigInt64LE(1n, 0);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, patience, 16);
  const address = Buffer.alloc(ADDRESS);
  address.writeUInt16LE(AF_NETLINK, 0);
  address.writeUInt32LE(options.groups ?? 0, 8);
  if (bind(fd, address, ADDRESS) < 0) {
    const reason = errno() === ERRNO.EPERM ? 'it needs root, or CAP_NET_ADMIN' : `errno ${errno()}`;
    close(fd);
    throw new HostError(`a netlink socket cannot be bound: ${reason}`);
  }
  return fd;
}

/**
 * The port of a descriptor that is a netlink socket of netfilter; undefined when it is something else. A
 * socket that nothing has been sent through gets its port now.
 */
export function portOfNetfilterSocket(fd: number): number | undefined {
  const { getsockname, getsockopt, bind } = libc();
  const address = Buffer.alloc(ADDRESS);
  const protocol = Buffer.alloc(4);
  const known =
    getsockname(fd, address, le32(ADDRESS)) === 0 &&
    address.readUInt16LE(0) === AF_NETLINK &&
    getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, protocol, le32(4)) === 0 &&
    protocol.readInt32LE() === NETLINK_NETFILTER;
  if (!known) return undefined;
  if (address.readUInt32LE(4) === 0) {
    bind(fd, address, ADDRESS);
    getsockname(fd, address, le32(ADDRESS));
  }
  return address.readUInt32LE(4);
}

/**
 * Lets a socket send much at once: a transaction is one message, however large. Without root on the machine it
 * stays as much as an ordinary user may (net.core.wmem_max).
 */
export function enlargeSendBuffer(fd: number): void {
  const size = le32(64 << 20);
  const { setsockopt } = libc();
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, size, 4) < 0) {
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, size, 4);
  }
}

/** struct sock_filter. */
function instruction(code: number, whenTrue: number, whenFalse: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(whenTrue, 2);
  bytes.writeUInt8(whenFalse, 3);
  bytes.writeUInt32LE(value, 4);
  return bytes;
}

function le32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
