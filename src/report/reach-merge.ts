import { portSetKey } from '../model/port-set.ts';
import type { Opening } from './reach-ports.ts';

/** Sources that all reach the same destinations by the same opening. */
export interface Merged<T extends Opening> {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly opening: T;
}

/** An opening between two things known by number; `pairs` where they are groups. */
export interface NumberedOpening extends Opening {
  readonly from: number;
  readonly to: number;
  readonly pairs?: 'all' | 'some';
}

/**
 * Puts openings together that say the same: first the destinations of each source, then the sources
 * with the same destinations. Sources with different values of `apart` stay apart.
 */
export function mergeOpenings<T extends NumberedOpening>(
  openings: Iterable<T>,
  apart: (from: number) => string = () => '',
): Merged<T>[] {
  const bySource = new Map<number, Map<string, { opening: T; to: number[] }>>();
  for (const opening of openings) {
    const { from, to } = opening;
    let lists = bySource.get(from);
    if (lists === undefined) bySource.set(from, (lists = new Map()));
    const key = openingKey(opening);
    const list = lists.get(key);
    if (list === undefined) lists.set(key, { opening, to: [to] });
    else list.to.push(to);
  }
  const merged = new Map<string, { from: number[]; to: number[]; opening: T }>();
  for (const [from, lists] of bySource) {
    for (const [key, { opening, to }] of lists) {
      const full = `${apart(from)}|${key}|${to.join()}`;
      const found = merged.get(full);
      if (found === undefined) merged.set(full, { from: [from], to, opening });
      else found.from.push(from);
    }
  }
  return [...merged.values()];
}

function openingKey({ certainty, ports, because, pairs }: NumberedOpening): string {
  return `${certainty}|${portSetKey(ports)}|${because}|${pairs}`;
}
