import type { AddressSet } from '../../model/address-set.ts';
import type { ElementType, Field } from './ruleset.ts';

/** What the compiler must know of the node whose ruleset it makes. */
export interface NodeOptions {
  /** The node's name: pods whose `spec.nodeName` it is are local. */
  readonly name: string;
  /** The addresses this node may give to its pods (`spec.podCIDRs`); one that no known pod has is closed. */
  readonly podCidrs: AddressSet;
  /** How the names of the host-side links of pods begin; with it, sources are checked (N12). */
  readonly podLinks?: string;
  /** The host-side link of a local pod, by `namespace/name`; asked once when the pod comes or changes. */
  linkOf?(podKey: string): string | undefined;
  /**
   * In place of it, the device group of that link (ip-link(8), `group`), where whoever makes the links of the
   * node gives each pod's a group of its own: packets then pay for a number and not for a name.
   */
  linkGroupOf?(podKey: string): number | undefined;
  /** Whether pods may always connect to their own node (N3); otherwise egress to it is policed. */
  readonly allowEgressToLocalNode?: boolean;
  /** Milliseconds since 1970, to know which names have ended; without it none ever does. */
  now?(): number;
  /** The nflog group of deny events; 5150 when absent. */
  readonly logGroup?: number;
}

/** The nflog group of deny events unless the options name another. */
export const LOG_GROUP = 5150;

/** What interfaces may be called: 1 to 15 visible characters but `/`, `:` and what nft gives a meaning to. */
const LINK_NAME = /^[A-Za-z0-9._-]{1,15}$/;

/** The highest device group: nft reads more, but `ip` gives no higher one. */
const LAST_GROUP = 0x7fff_ffff;

/** By what the links of pods are told apart in the sets `sourcesN`. */
export function linkKey(options: NodeOptions): { field: Field; type: ElementType } {
  return options.linkGroupOf === undefined
    ? { field: 'iifname', type: 'ifname' }
    : { field: 'iifgroup', type: 'devgroup' };
}

/** Milliseconds since 1970, or none that ever pass where nobody tells. */
export function nowOf(options: NodeOptions): number {
  return options.now?.() ?? 0;
}

/**
 * The link a local pod may send from, as it stands in elements; undefined when sources are not checked, or
 * nobody knows it. Throws a RangeError for what nft would misread.
 */
export function linkOfPod(options: NodeOptions, podKey: string): string | undefined {
  if (options.podLinks === undefined) return undefined;
  if (options.linkGroupOf !== undefined) return groupText(options.linkGroupOf(podKey));
  const name = options.linkOf?.(podKey);
  if (name === undefined) return undefined;
  if (!LINK_NAME.test(name)) throw new RangeError(`\`${name}\` is not the name of a link`);
  return `"${name}"`;
}

/** Group 0 is of all links that nobody gave one. */
function groupText(group: number | undefined): string | undefined {
  if (group === undefined) return undefined;
  if (Number.isInteger(group) && group > 0 && group <= LAST_GROUP) return `${group}`;
  throw new RangeError(`${group} is not the device group of one link`);
}
