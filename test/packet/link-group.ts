/** How the links of pods begin in the virtual network. */
export const POD_LINKS = 'slp-';

const groups = new Map<string, number>();

/** The device group of a link: one of its own for a pod's, and 0, as links begin with, for all others. */
export function linkGroup(name: string): number {
  if (!name.startsWith(POD_LINKS)) return 0;
  const group = groups.get(name) ?? groups.size + 1;
  groups.set(name, group);
  return group;
}
