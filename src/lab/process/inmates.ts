import { readdirSync, statSync } from 'node:fs';
import { identityOf } from './identity.ts';
import type { ProcessIdentity } from './identity.ts';

/** The processes that run in one of the namespaces given by paths, this one aside. */
export function inmatesOf(
  paths: readonly string[],
  kind: 'net' | 'user' = 'net',
): ProcessIdentity[] {
  const namespaces = new Set(paths.map(identify).filter((one) => one !== undefined));
  if (namespaces.size === 0) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      const own = identify(`/proc/${pid}/ns/${kind}`);
      return own !== undefined && namespaces.has(own);
    })
    .map((pid) => identityOf(Number(pid)))
    .filter((one) => one !== undefined);
}

/** What a namespace is known by, whatever path leads to it (namespaces(7)); undefined when it cannot be seen. */
function identify(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
