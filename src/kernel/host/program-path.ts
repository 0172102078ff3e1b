import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HostError } from './host-error.ts';

/** Where network programs are found beside PATH: an ordinary user's PATH often lacks them. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

const PACKAGES: Record<string, string> = {
  nft: 'nftables',
  ip: 'iproute2',
  nsenter: 'util-linux',
  sysctl: 'procps',
  conntrack: 'conntrack',
};

/** The absolute path of a program on PATH or in the system's folders; undefined when there is none. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** {@link findProgram}, or {@link HostError} that names the package to install. */
export function programPath(name: string): string {
  const path = findProgram(name);
  if (path !== undefined) return path;
  const remedy = PACKAGES[name] === undefined ? '' : `; install the package \`${PACKAGES[name]}\``;
  throw new HostError(`there is no program \`${name}\` on PATH or in /usr/sbin${remedy}`);
}
