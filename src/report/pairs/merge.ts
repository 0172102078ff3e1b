import type { KindOfOpening, Openings } from './openings.ts';

/** Sources that all reach the same destinations by the same opening. */
export interface Merged<T extends KindOfOpening> {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly opening: T;
}

interface Growing<T extends KindOfOpening> extends Merged<T> {
  readonly from: number[];
  readonly apart: string;
}

/**
 * Puts openings together that say the same: first the destinations of each source, then the sources
 * with the same destinations. Sources with different values of `apart` stay apart.
 */
export function mergeOpenings<T extends KindOfOpening>(
  openings: Openings<T>,
  apart: (from: number) => string = () => '',
): Merged<T>[] {
  const merged: Growing<T>[] = [];
  const byHash = new Map<number, Growing<T>[]>();
  openings.forEachSource((from, to, kinds) => {
    const lists = new Map<number, number[]>();
    for (let i = 0; i < to.length; i++) {
      const list = lists.get(kinds[i]!);
      if (list === undefined) lists.set(kinds[i]!, [to[i]!]);
      else list.push(to[i]!);
    }
    const own = apart(from);
    for (const [kind, list] of lists) {
      const opening = openings.kinds[kind]!;
      const hash = hashOf(kind, list);
      const alike = byHash.get(hash);
      const found = alike?.find(
        (one) => one.opening === opening && one.apart === own && isSame(one.to, list),
      );
      if (found !== undefined) {
        found.from.push(from);
        continue;
      }
      const made = { from: [from], to: list, opening, apart: own };
      merged.push(made);
      if (alike === undefined) byHash.set(hash, [made]);
      else alike.push(made);
    }
  });
  return merged;
}

function hashOf(kind: number, list: readonly number[]): number {
  let hash = kind;
  for (let i = 0; i < list.length; i++) hash = (Math.imul(hash, 0x0100_0193) ^ list[i]!) | 0;
  return hash;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
