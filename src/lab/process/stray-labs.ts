import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { listNamespaces } from '../../kernel/host/namespace.ts';
import { isNamespaceOf } from '../state/names.ts';

/**
 * The labs of which this machine has network namespaces though no process serves them. Only root has
 * names there.
 */
export function strayLabs(): string[] {
  if (process.getuid!() !== 0) return [];
  const labs = new Set<string>();
  for (const name of listNamespaces('sluice-')) {
    const [, lab] = /^sluice-([a-z0-9-]+?)-(?:pod\.|node\.|underlay$|outside$)/.exec(name) ?? [];
    if (lab !== undefined && isNamespaceOf(lab, name)) labs.add(lab);
  }
  const served = servedLabs();
  return [...labs].filter((lab) => !served.has(lab));
}

/** The names of the labs that other processes serve in namespaces of root. */
export function servedLabs(): Set<string> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const others = pids.filter((pid) => Number(pid) !== process.pid);
  return new Set(others.flatMap((pid) => servedBy(pid) ?? []));
}

/** The lab a process serves, by its words: `… lab serve FOLDER root`. */
function servedBy(pid: string): string | undefined {
  let words: string[];
  try {
    words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return undefined;
  }
  const at = words.indexOf('serve');
  if (at < 1 || words[at - 1] !== 'lab' || words[at + 2] !== 'root') return undefined;
  return path.basename(words[at + 1]!);
}
