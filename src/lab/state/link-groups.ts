import { keptAt } from './kept.ts';
import type { Kept } from './kept.ts';

/**
 * The device group (ip-link(8), `group`) of each pod's link on its node, by the pod's key: a number of its own for
 * as long as the pod lives. None that a pod of before has is given to another, for the link of a pod that goes
 * still stands when the rules are in force that know who comes.
 */
export function linkGroups(keys: readonly string[], kept: Kept): Map<string, number> {
  const groups = new Map<string, number>();
  const given = new Set<number>();
  for (const key of keys) {
    const group = keptAt(kept.pods, key)?.linkGroup;
    if (group === undefined || given.has(group)) continue;
    groups.set(key, group);
    given.add(group);
  }
  for (const { linkGroup } of Object.values(kept.pods))
    if (linkGroup !== undefined) given.add(linkGroup);
  // 0 is the group of all other links
  let next = 1;
  for (const key of keys) {
    if (groups.has(key)) continue;
    while (given.has(next)) next++;
    given.add(next);
    groups.set(key, next);
  }
  return groups;
}
