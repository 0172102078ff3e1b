import type { Reachability } from '../src/evaluate/map/reachability.ts';

/** Writes every pair out, and returns how many are not closed. */
export function countOpen(reachability: Reachability): number {
  let open = 0;
  reachability.forEachRow(({ pods }) => {
    for (let i = 0; i < pods.length; i++) open += pods[i] === 0 ? 0 : 1;
  });
  return open;
}

/** Works out every pair, as what differs from templates, and reads each difference. */
export function sumDifferences(reachability: Reachability): number {
  let sum = 0;
  reachability.forEachDifference(({ count, reaches }) => {
    for (let i = 0; i < count; i++) sum = (sum + reaches[i]!) | 0;
  });
  return sum;
}
