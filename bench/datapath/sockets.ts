import koffi from 'koffi';

const libc = koffi.load('libc.so.6');
const socket = libc.func('int socket(int, int, int)');
const bind = libc.func('int bind(int, const void*, uint32_t)');
const listen = libc.func('int listen(int, int)');
const connect = libc.func('int connect(int, const void*, uint32_t)');
const accept4 = libc.func('int accept4(int, void*, void*, int)');
const setsockopt = libc.func('int setsockopt(int, int, int, const void*, uint32_t)');
const sendmmsg = libc.func('int sendmmsg(int, void*, uint32_t, int)');
const recvmmsg = libc.func('int recvmmsg(int, void*, uint32_t, int, void*)');
const send = libc.func('intptr_t send(int, const void*, size_t, int)');
const recv = libc.func('intptr_t recv(int, void*, size_t, int)');
const sendto = libc.func('intptr_t sendto(int, const void*, size_t, int, const void*, uint32_t)');
const close = libc.func('int close(int)');
const affinity = libc.func('int sched_setaffinity(int, size_t, const void*)');

const [AF_INET, STREAM, DATAGRAM, NONBLOCK] = [2, 1, 2, 0o4000];
const [SOL_SOCKET, SO_LINGER, SO_REUSEADDR, DONTWAIT] = [1, 13, 2, 0x40];
const BATCH = 64;
const PAYLOAD = 18;

/** Keeps this process on one CPU, so that the whole path of a packet is paid on it. */
export function stayOnOneCpu(): void {
  const mask = Buffer.alloc(128);
  mask[0] = 1;
  affinity(0, mask.length, mask);
}

function socketAddress(address: string, port: number): Buffer {
  const buffer = Buffer.alloc(16);
  buffer.writeUInt16LE(AF_INET, 0);
  buffer.writeUInt16BE(port, 2);
  Buffer.from(address.split('.').map(Number)).copy(buffer, 4);
  return buffer;
}

function must(result: number, what: string): number {
  if (result < 0) throw new Error(`${what} failed with errno ${koffi.errno()}`);
  return result;
}

/** A datagram socket bound in the namespace this thread is in. */
export function openDatagram(port: number): number {
  const fd = must(socket(AF_INET, DATAGRAM | NONBLOCK, 0), 'socket');
  must(bind(fd, socketAddress('0.0.0.0', port), 16), 'bind');
  return fd;
}

/** A listening stream socket in the namespace this thread is in. */
export function openListener(port: number): number {
  const fd = must(socket(AF_INET, STREAM | NONBLOCK, 0), 'socket');
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, int32(1), 4);
  must(bind(fd, socketAddress('0.0.0.0', port), 16), 'bind');
  must(listen(fd, 4096), 'listen');
  return fd;
}

function int32(...values: number[]): Buffer {
  return Buffer.from(Int32Array.from(values).buffer);
}

/** Connects a datagram socket to where {@link sendBatch} sends. */
export function aim(fd: number, address: string, port: number): void {
  must(connect(fd, socketAddress(address, port), 16), 'connect');
}

// struct mmsghdr is 64 bytes on 64-bit Linux: name, its length, iov, its length, control, its length, flags, sent
const HEADER = 64;
const payload = Buffer.alloc(PAYLOAD);
const vector = Buffer.alloc(16);
const messages = Buffer.alloc(HEADER * BATCH);
vector.writeBigUInt64LE(koffi.address(payload), 0);
vector.writeBigUInt64LE(BigInt(PAYLOAD), 8);
for (let i = 0; i < BATCH; i++) {
  messages.writeBigUInt64LE(koffi.address(vector), i * HEADER + 16);
  messages.writeBigUInt64LE(1n, i * HEADER + 24);
}

const inboxes = Buffer.alloc(PAYLOAD);
const inVector = Buffer.from(vector);
const arrivals = Buffer.from(messages);
inVector.writeBigUInt64LE(koffi.address(inboxes), 0);
for (let i = 0; i < BATCH; i++) arrivals.writeBigUInt64LE(koffi.address(inVector), i * HEADER + 16);

/** Takes up to 64 datagrams in one call; returns how many there were. */
export function takeBatch(fd: number): number {
  return Math.max(0, recvmmsg(fd, arrivals, BATCH, DONTWAIT, null));
}

/** Sends 64 small datagrams in one call; returns how many went. */
export function sendBatch(fd: number): number {
  return Math.max(0, sendmmsg(fd, messages, BATCH, 0));
}

/** Sends one datagram; whether it went. */
export function sendOne(fd: number, address: string, port: number): boolean {
  return Number(sendto(fd, payload, 1, 0, socketAddress(address, port), 16)) === 1;
}

/** Takes all that has arrived; returns the number of datagrams. */
export function drain(fd: number): number {
  let count = 0;
  for (let taken = takeBatch(fd); taken > 0; taken = takeBatch(fd)) count += taken;
  return count;
}

/** Opens a connection, has the server echo one byte, and resets it; whether the byte came back. */
export function connectOnce(address: Buffer, listener: number): boolean {
  const fd = must(socket(AF_INET, STREAM | NONBLOCK, 0), 'socket');
  setsockopt(fd, SOL_SOCKET, SO_LINGER, int32(1, 0), 8);
  // veth delivers in the sender's own context, so each step is over when its call returns
  connect(fd, address, 16);
  const taken = accept4(listener, null, null, NONBLOCK);
  let echoed = false;
  if (taken >= 0) {
    send(fd, payload, 1, 0);
    recv(taken, inboxes, 1, 0);
    send(taken, payload, 1, 0);
    echoed = Number(recv(fd, inboxes, 1, 0)) === 1;
  }
  close(fd);
  if (taken >= 0) close(taken);
  return echoed;
}

export { socketAddress, close as closeSocket };
