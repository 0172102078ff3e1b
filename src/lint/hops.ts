import type { ClassSet } from '../evaluate/class-set.ts';

/** Connections, as every class of `from` with every class of `to`. */
export interface Hops {
  readonly from: ClassSet | 'all';
  readonly to: ClassSet | 'all';
}

/** Whether all connections of the first are among those of the second. */
export function within(hops: Hops, others: Hops): boolean {
  return inside(hops.from, others.from) && inside(hops.to, others.to);
}

function inside(set: ClassSet | 'all', other: ClassSet | 'all'): boolean {
  if (other === 'all') return true;
  return set !== 'all' && set.intersect(other).count === set.count;
}
