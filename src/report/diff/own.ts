import { isRange } from '../../evaluate/difference/difference.ts';
import type { End } from '../../evaluate/difference/difference.ts';
import type { DifferenceResult } from './result.ts';

/**
 * The ends that only one of the clusters has; of a narrowed question, those that have to do with it. Outside
 * addresses come and go with the pods and nodes that have them, and are none.
 */
export function ownEnds(
  { ends, isNarrow, added, removed }: DifferenceResult,
  side: 'old' | 'new',
): End[] {
  const other = side === 'old' ? 'new' : 'old';
  const own = ends.filter((end) => end[other] === undefined && !isRange(end));
  const connections = side === 'old' ? removed : added;
  if (!isNarrow || connections === undefined) return own;
  const asked = new Set(connections.flatMap(({ from, to }) => [...from, ...to]));
  return own.filter((end) => asked.has(end));
}

/** Whether nothing that may connect is different, as far as is asked. */
export function isSame(result: DifferenceResult): boolean {
  const isThere = (side: 'old' | 'new'): boolean => ownEnds(result, side).length > 0;
  const { changed, ways } = result;
  return changed.length === 0 && ways.length === 0 && !isThere('old') && !isThere('new');
}
