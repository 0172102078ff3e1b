import { nearest } from '../model/nearest.ts';
import type { FileTree } from './tree.ts';

/** Of a folder, no more names than this are compared. */
const MOST_NAMES = 10_000;

/**
 * The path someone most likely meant by one that is not there: its first part that does not exist is
 * replaced by the nearest name beside it. Undefined when no name is near, or the rest is not there either.
 */
export async function nearestPath(tree: FileTree, path: string): Promise<string | undefined> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  let folder = path.startsWith('/') ? '/' : '.';
  for (const [i, part] of parts.entries()) {
    const next = tree.join(folder, part);
    if ((await tree.kindOf(next)) !== undefined) {
      folder = next;
      continue;
    }
    const entries = await tree.entries(folder).catch(() => []);
    const names = entries.slice(0, MOST_NAMES).map(({ name }) => name);
    const meant = nearest(part, names);
    if (meant === undefined) return undefined;
    const rest = parts.slice(i + 1).join('/');
    const whole = tree.join(tree.join(folder, meant), rest === '' ? '.' : rest);
    if ((await tree.kindOf(whole)) !== undefined) return whole;
    return rest === '' ? undefined : nearestPath(tree, whole);
  }
  return undefined;
}
