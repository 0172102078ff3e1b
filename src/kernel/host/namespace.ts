import { readdirSync } from 'node:fs';
import { HostError } from './host-error.ts';
import { NAMES, namespacePath } from './inside-namespace.ts';
import { runProgram } from './program.ts';

export { enterWords, inNamespace, namespacePath } from './inside-namespace.ts';

/** The names of this machine's network namespaces that begin so. */
export function listNamespaces(prefix = ''): string[] {
  try {
    return readdirSync(NAMES).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}

/** Makes a named network namespace with its loopback link up, as `ip netns add` does; returns its path. */
export async function createNamespace(name: string): Promise<string> {
  await ip(['netns', 'add', name], `network namespace \`${name}\` cannot be made`);
  const path = namespacePath(name);
  await ip(['-n', name, 'link', 'set', 'lo', 'up'], `\`lo\` of \`${name}\` cannot be set up`);
  return path;
}

/**
 * Takes the name away; the namespace itself ends, with its links and rules, when no process and no open
 * descriptor holds it. A name that is not there is no error.
 */
export async function deleteNamespace(name: string): Promise<void> {
  if (!listNamespaces().includes(name)) return;
  await ip(['netns', 'delete', name], `network namespace \`${name}\` cannot be deleted`);
}

async function ip(args: readonly string[], failure: string): Promise<void> {
  const { status, stderr } = await runProgram('ip', args);
  if (status === 0) return;
  const [reason = ''] = stderr.trim().split('\n');
  const remedy = reason.includes('not permitted') ? '; it needs root, or a user namespace' : '';
  throw new HostError(`${failure}: ${reason}${remedy}`);
}
