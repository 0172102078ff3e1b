import type { ClassSet } from '../../evaluate/population/class-set.ts';

/** Connections, as every class of `from` with every class of `to`. */
export interface Hops {
  readonly from: ClassSet | 'all';
  readonly to: ClassSet | 'all';
}

/** Whether all connections of the first are among those of the second. */
export function within(hops: Hops, others: Hops): boolean {
  return inside(hops.from, others.from) && inside(hops.to, others.to);
}

/** Many connections, found again by any of their sources. */
export class HopsIndex {
  readonly #bySource = new Map<number, Hops[]>();
  readonly #fromAll: Hops[] = [];

  add(hops: Hops): void {
    if (hops.from === 'all') {
      this.#fromAll.push(hops);
      return;
    }
    hops.from.forEach((source) => {
      const list = this.#bySource.get(source);
      if (list === undefined) this.#bySource.set(source, [hops]);
      else list.push(hops);
    });
  }

  /** Whether all connections are among those of one that was added. */
  holds(hops: Hops): boolean {
    const [source] = hops.from === 'all' ? [] : hops.from.toArray();
    const known = source === undefined ? [] : (this.#bySource.get(source) ?? []);
    return [...known, ...this.#fromAll].some((one) => within(hops, one));
  }
}

function inside(set: ClassSet | 'all', other: ClassSet | 'all'): boolean {
  if (other === 'all') return true;
  return set !== 'all' && set.intersect(other).count === set.count;
}
