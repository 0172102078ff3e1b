import { distance } from 'fastest-levenshtein';

/**
 * The candidate someone most likely meant by `word`, or undefined when none is near: at most one
 * change for every three characters, capitals not counted.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const changes = distance(lower, candidate.toLowerCase());
    if (changes < least) [best, least] = [candidate, changes];
  }
  return best;
}
