import { paths, partAt, removeAt } from './tree.ts';

/**
 * The smallest value that is still as interesting: parts are taken away, larger ones first, as long
 * as `holds` says so. Never calls `holds` with more than `patience` values.
 */
export function minimise<T>(value: T, holds: (smaller: T) => boolean, patience = 3000): T {
  let current = value;
  let left = patience;
  for (let again = true; again;) {
    again = false;
    // by length of path: whole objects go before their fields
    const candidates = paths(current)
      .filter((path) => path.length > 0)
      .sort((a, b) => a.length - b.length || comparePaths(b, a));
    for (const path of candidates) {
      if (left-- <= 0) return current;
      if (partAt(current, path) === undefined) continue;
      const smaller = removeAt(current, path) as T;
      if (!holds(smaller)) continue;
      current = smaller;
      again = true;
    }
  }
  return current;
}

/** Later items of a list first, so that the numbers of the earlier ones stay what they are. */
function comparePaths(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [a[i], b[i]];
    if (one === other) continue;
    return typeof one === 'number' && typeof other === 'number' ? one - other : 0;
  }
  return 0;
}
