import { readSync, writeSync } from 'node:fs';
import { HostError } from './host-error.ts';
import { libc } from './libc.ts';

/**
 * Tells when descriptors that Node cannot wait for (netlink sockets) can be read. One thread of the pool
 * waits for all of them with poll(2); a read left blocking for each would soon use up the four there are,
 * and would keep the process from exiting.
 */
const watched = new Map<number, () => void>();
/** To be closed as soon as no wait looks at them: their numbers may be given away then. */
const dropped = new Set<number>();
let waker: number | undefined;
let waiting = false;

/** Milliseconds after which the wait begins anew, should a wake-up go missing. */
const PATIENCE = 1000;
const POLLIN = 1;
/** struct pollfd: a descriptor, what is asked, what is so. */
const ENTRY = 8;
/** EFD_CLOEXEC and EFD_NONBLOCK of eventfd(2). */
const EVENT_FLAGS = 0x80000 | 0x800;

/** Calls `onReadable` whenever the descriptor can be read. The function returned ends that, and closes it. */
export function whenReadable(fd: number, onReadable: () => void): () => void {
  watched.set(fd, onReadable);
  if (waiting) wake();
  else void wait();
  return () => {
    if (!watched.delete(fd)) return;
    dropped.add(fd);
    wake();
  };
}

async function wait(): Promise<void> {
  waiting = true;
  waker ??= openWaker();
  while (watched.size > 0) {
    const order: number[] = [waker, ...watched.keys()];
    const entries = Buffer.alloc(order.length * ENTRY);
    order.forEach((fd, i) => {
      entries.writeInt32LE(fd, i * ENTRY);
      entries.writeInt16LE(POLLIN, i * ENTRY + 4);
    });
    await libc().poll(entries, order.length, PATIENCE);
    const ready = order.filter((_, i) => entries.readInt16LE(i * ENTRY + 6) !== 0);
    closeDropped();
    for (const fd of ready) {
      if (fd === waker) readSync(waker, Buffer.alloc(8));
      else call(watched.get(fd));
    }
  }
  waiting = false;
  closeDropped();
}

/** A reader that fails is an uncaught exception, yet the others go on being served. */
function call(onReadable: (() => void) | undefined): void {
  try {
    onReadable?.();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function closeDropped(): void {
  for (const fd of dropped) libc().close(fd);
  dropped.clear();
}

function openWaker(): number {
  const fd = libc().eventfd(0, EVENT_FLAGS);
  if (fd < 0) throw new HostError(`eventfd failed: errno ${libc().errno()}`);
  // The process exits only when its threads are idle.
  process.once('exit', wake);
  return fd;
}

function wake(): void {
  if (waker !== undefined) writeSync(waker, new Uint8Array(new BigUint64Array([1n]).buffer));
}
