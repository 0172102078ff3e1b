import { closeSync, openSync } from 'node:fs';
import { HostError } from './host-error.ts';
import { ERRNO, libc } from './libc.ts';
import { findProgram } from './program-path.ts';

/** Where `ip netns` keeps the names of network namespaces (ip-netns(8)). */
export const NAMES = '/run/netns';

/** setns(2): only the network namespace. */
const CLONE_NEWNET = 0x40000000;

/** The path of a named network namespace, the form every function here takes. */
export function namespacePath(name: string): string {
  return `${NAMES}/${name}`;
}

/**
 * Calls `f` with this thread in that network namespace, and returns to the own one even when it throws.
 * What `f` does at once happens inside: sockets it opens, programs it starts, files below /proc/sys/net.
 * What it leaves for later (promises, other threads) does not. Throws {@link HostError} (setns(2)).
 */
export function inNamespace<T>(path: string, f: () => T): T {
  const own = openNamespace('/proc/thread-self/ns/net');
  try {
    const target = openNamespace(path);
    try {
      enter(target, path);
    } finally {
      closeSync(target);
    }
    try {
      return f();
    } finally {
      enter(own, 'the namespace it came from');
    }
  } finally {
    closeSync(own);
  }
}

function openNamespace(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new HostError(
      `network namespace \`${path}\` cannot be opened: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

function enter(descriptor: number, path: string): void {
  const { setns, errno } = libc();
  if (setns(descriptor, CLONE_NEWNET) === 0) return;
  const reason =
    errno() === ERRNO.EPERM ? 'it needs root, or CAP_SYS_ADMIN' : `setns failed, errno ${errno()}`;
  throw new HostError(`network namespace \`${path}\` cannot be entered: ${reason}`);
}

/**
 * The words to put before a command so that it runs in that namespace: `nsenter --net=…`, or
 * `ip netns exec NAME` where only that is there.
 */
export function enterWords(path: string): string[] {
  const nsenter = findProgram('nsenter');
  if (nsenter !== undefined) return [nsenter, `--net=${path}`, '--'];
  const ip = findProgram('ip');
  if (ip !== undefined && path.startsWith(`${NAMES}/`)) {
    return [ip, 'netns', 'exec', path.slice(NAMES.length + 1)];
  }
  throw new HostError(
    `network namespace \`${path}\` cannot be entered: there is neither \`nsenter\` nor \`ip\`; install the package \`util-linux\``,
  );
}
