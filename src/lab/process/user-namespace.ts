import { spawn } from 'node:child_process';
import { HostError } from '../../kernel/host/host-error.ts';
import { programPath } from '../../kernel/host/program-path.ts';
import { identityOf } from './identity.ts';
import type { ProcessIdentity } from './identity.ts';

/**
 * Makes /run/netns a place of our own, where `ip netns` keeps names. Where it does not exist, an ordinary
 * user cannot make it, so all of /run is laid out anew around it.
 */
const SET_UP = `set -e
if [ -d /run/netns ]; then
  mount -t tmpfs sluice /run/netns
else
  mount -t tmpfs sluice /mnt
  mkdir /mnt/netns
  for entry in /run/* /run/.[!.]*; do
    name=\${entry##*/}
    if [ -L "$entry" ]; then cp -P "$entry" "/mnt/$name"
    elif [ -d "$entry" ]; then mkdir "/mnt/$name"; mount --rbind "$entry" "/mnt/$name"
    elif [ -e "$entry" ]; then : > "/mnt/$name"; mount --bind "$entry" "/mnt/$name"
    fi
  done
  mount --move /mnt /run
fi
ip link set lo up
echo ready
exec sleep infinity`;

/**
 * Begins a user, network and mount namespace in which this user is root, and the process that keeps it
 * alive until it is ended. All of a lab without root lives in there (user_namespaces(7)).
 */
export function holdUserNamespace(): Promise<ProcessIdentity> {
  const words = ['--user', '--map-root-user', '--net', '--mount', 'sh', '-c', SET_UP];
  const path = [process.env['PATH'], '/usr/sbin', '/sbin'].join(':');
  const child = spawn(programPath('unshare'), words, {
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path },
  });
  return new Promise((resolve, reject) => {
    let complaint = '';
    child.stderr.on('data', (piece: Buffer) => (complaint += piece.toString()));
    child.stdout.once('data', () => {
      // Nothing more is said; the process must not hold up the end of this one.
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      const identity = identityOf(child.pid!);
      if (identity === undefined) reject(new HostError('the user namespace did not last'));
      else resolve(identity);
    });
    child.on('error', (error) => reject(new HostError(error.message, { cause: error })));
    child.on('close', () => {
      reject(
        new HostError(`the user namespace cannot be set up: ${complaint.trim().split('\n')[0]}`),
      );
    });
  });
}

/** The words to put before a command so that it runs in the namespaces of the holder. */
export function insideWords({ pid }: ProcessIdentity): string[] {
  const kinds = ['--user', '--net', '--mount'];
  return [
    programPath('nsenter'),
    '--preserve-credentials',
    ...kinds,
    '--target',
    String(pid),
    '--',
  ];
}
