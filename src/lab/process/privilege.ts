import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { HostError } from '../../kernel/host/host-error.ts';
import { findProgram } from '../../kernel/host/program-path.ts';
import type { LabMode } from './folder.ts';

/** CAP_NET_ADMIN and CAP_SYS_ADMIN (capabilities(7)): links and rules, namespaces and mounts. */
const NEEDED = (1n << 12n) | (1n << 21n);

/**
 * Where a lab of this user can live: root's own namespaces when the rights are there, else a user namespace.
 * Throws a HostError that says what refuses, when the forced or the only way is closed.
 */
export function chooseMode(forced: LabMode | undefined): LabMode {
  const mode = forced ?? (isMachinesRoot() ? 'root' : 'user');
  if (mode === 'root') {
    if (hasRights()) return mode;
    throw new HostError(
      process.getuid!() === 0
        ? 'root has no right to make network namespaces here (no CAP_SYS_ADMIN or CAP_NET_ADMIN, as in a container); run the container privileged, or try --user-namespace'
        : 'only root makes network namespaces of its own; use sudo, or --user-namespace',
    );
  }
  const fault = userNamespaceFault();
  if (fault !== undefined) throw new HostError(`no user namespace can be made: ${fault}`);
  return mode;
}

/**
 * Root of a user namespace that somebody else made (a rootless container) has the rights, but not over the
 * folder of names: it has to make another one, like an ordinary user.
 */
function isMachinesRoot(): boolean {
  return (
    hasRights() && /^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'))
  );
}

function hasRights(): boolean {
  const [, effective] =
    /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return effective !== undefined && (BigInt(`0x${effective}`) & NEEDED) === NEEDED;
}

/** The settings that close user namespaces to ordinary users, with the value that does and the remedy. */
const SETTINGS: readonly {
  readonly name: string;
  readonly closed: string;
  readonly remedy: string;
}[] = [
  { name: 'kernel.unprivileged_userns_clone', closed: '0', remedy: '1' },
  { name: 'user.max_user_namespaces', closed: '0', remedy: '10000' },
  { name: 'user.max_net_namespaces', closed: '0', remedy: '10000' },
  { name: 'user.max_mnt_namespaces', closed: '0', remedy: '10000' },
  { name: 'kernel.apparmor_restrict_unprivileged_userns', closed: '1', remedy: '0' },
];

/** Tries what a lab needs; when that fails, why, as a clause with the remedy. */
function userNamespaceFault(): string | undefined {
  const unshare = findProgram('unshare');
  if (unshare === undefined)
    return 'there is no program `unshare`; install the package `util-linux`';
  const words = [
    '--user',
    '--map-root-user',
    '--net',
    '--mount',
    'mount',
    '-t',
    'tmpfs',
    'sluice',
    '/mnt',
  ];
  const { status, stderr } = spawnSync(unshare, words, { encoding: 'utf8' });
  if (status === 0) return undefined;
  for (const { name, closed, remedy } of SETTINGS) {
    if (settingOf(name) === closed) {
      return `the setting ${name} is ${closed}; \`sudo sysctl ${name}=${remedy}\` opens it`;
    }
  }
  if (/^Seccomp:\s*2$/m.test(readFileSync('/proc/self/status', 'utf8'))) {
    return 'a seccomp filter forbids it, as in a container with the default profile; run it with another one';
  }
  return stderr.trim().split('\n')[0] ?? 'the kernel refuses';
}

function settingOf(name: string): string | undefined {
  const file = `/proc/sys/${name.replaceAll('.', '/')}`;
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
