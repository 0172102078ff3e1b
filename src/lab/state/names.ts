import { createHash } from 'node:crypto';

/** How the names of host-side links of pods begin; a node's namespace has no others that do. */
export const POD_LINKS = 'slp-';

/** What a lab is called when nobody says. */
export const DEFAULT_LAB = 'lab';

/** What a name part may be; the whole of `sluice-LAB-underlay` must fit where links are named, too. */
const LAB_NAME = /^[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$/;

/** The longest file name, NAME_MAX of limits.h. */
const LONGEST = 255;

/** Why a text cannot name a lab, as a clause; undefined when it can. */
export function labNameFault(name: string): string | undefined {
  if (LAB_NAME.test(name)) return undefined;
  return 'is no name for a lab: use up to 20 of `a-z`, `0-9` and `-`, no `-` at either end';
}

/** The names of a lab's network namespaces. None of one lab can be taken for another's. */
export const namespaceName = {
  pod: (lab: string, key: string): string => fit(`sluice-${lab}-pod.${key.replace('/', '.')}`),
  node: (lab: string, node: string): string => fit(`sluice-${lab}-node.${node}`),
  /** The switch that joins the nodes and the outside. */
  underlay: (lab: string): string => `sluice-${lab}-underlay`,
  outside: (lab: string): string => `sluice-${lab}-outside`,
} as const;

/** Whether a network namespace is one of the lab's, by its name alone. */
export function isNamespaceOf(lab: string, name: string): boolean {
  const begin = `sluice-${lab}-`;
  return (
    name.startsWith(begin) && /^(?:pod\.|node\.|underlay$|outside$)/.test(name.slice(begin.length))
  );
}

/** The host-side link of a pod, the same in every life of the pod. */
export function podLink(key: string): string {
  return POD_LINKS + digest(key).slice(0, 11);
}

function fit(name: string): string {
  return name.length <= LONGEST
    ? name
    : `${name.slice(0, LONGEST - 12)}.${digest(name).slice(0, 11)}`;
}

function digest(text: string): string {
  const bytes = createHash('sha256').update(text).digest('hex');
  return BigInt(`0x${bytes}`).toString(36);
}
