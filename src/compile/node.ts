import type { AddressSet } from '../model/address-set.ts';

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

/** The element of set `sourcesN` for a link and the address it may send from; throws a RangeError. */
export function sourceKey(link: string, address: string): string {
  if (!LINK_NAME.test(link)) throw new RangeError(`\`${link}\` is not the name of a link`);
  return `"${link}" . ${address}`;
}

/** Milliseconds since 1970, or none that ever pass where nobody tells. */
export function nowOf(options: NodeOptions): number {
  return options.now?.() ?? 0;
}

/** The link a local pod may send from; undefined when sources are not checked, or nobody knows it. */
export function linkOfPod(options: NodeOptions, podKey: string): string | undefined {
  return options.podLinks === undefined ? undefined : options.linkOf?.(podKey);
}
