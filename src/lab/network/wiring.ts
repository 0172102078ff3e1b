import { formatBlock } from '../../model/address-set.ts';
import { bits, formatAddress } from '../../model/address.ts';
import type { Address, Family } from '../../model/address.ts';
import type { LabNode } from '../state/nodes.ts';

/** What makes one network namespace of a lab what it should be. */
export interface Wiring {
  /** Written first, so that links that come later begin with them. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** Commands of ip(8), without the word `ip`. */
  readonly links: readonly string[];
  /** Commands of bridge(8), without the word `bridge`. */
  readonly bridge?: readonly string[];
}

/** Ethernet's usual, on the underlay. */
export const UNDERLAY_MTU = 1500;
/** Less by VXLAN's headers: 14 Ethernet, 8 VXLAN, 8 UDP, 20 IPv4 (RFC 7348). */
export const POD_MTU = UNDERLAY_MTU - 50;

/** The gateway of every pod, on its own link only; nobody is asked for it, so nobody has it. */
export const POD_GATEWAY: Readonly<Record<Family, string>> = { 4: '169.254.1.1', 6: 'fe80::1' };
/** Links of pods are apart from each other, so all may have the same addresses at both ends. */
export const POD_MAC = '02:00:00:00:00:01';
export const HOST_MAC = 'ee:ee:ee:ee:ee:ee';

/** The outside's end of the underlay, where nodes send what is not theirs. */
export const OUTSIDE_GATEWAY: Readonly<Record<Family, string>> = {
  4: '169.254.0.1',
  6: 'fe80::ffff',
};
export const OUTSIDE_MAC = '02:00:00:00:01:00';

/** The tunnel between nodes. */
export const TUNNEL = 'vxlan0';

/** Where next hops of nodes on the underlay are, over IPv4. */
export const HOPS = '169.254.2.0/24';

/**
 * What a node has on the underlay beside the addresses that are the cluster's: link-local ones that can
 * clash with nothing of the input.
 */
export const nodeWire = {
  mac: ({ index }: LabNode): string => `02:00:00:00:02:${hex(index)}`,
  tunnelMac: ({ index }: LabNode): string => `02:00:00:00:03:${hex(index)}`,
  /** The next hop to the node on the underlay; over IPv4 also where its tunnel ends. */
  hop: ({ index }: LabNode): Record<Family, string> => ({
    4: `169.254.2.${index}`,
    6: `fe80::2:${hex(index)}`,
  }),
  /** The next hop to the node inside the tunnel. */
  tunnelHop: ({ index }: LabNode): Record<Family, string> => ({
    4: `169.254.3.${index}`,
    6: `fe80::3:${hex(index)}`,
  }),
} as const;

/**
 * Limits of ICMP errors, off: a probe learns from `port unreachable`, and hundreds come at once. The masks
 * name the types that are limited (kernel documentation, networking/ip-sysctl).
 */
export const ICMP_UNLIMITED = {
  'net.ipv4.icmp_ratemask': 0,
  'net.ipv6.icmp.ratemask': '127',
} as const;

/** Nobody else's addresses are on these links: no detection of duplicates, no router is listened to. */
export const PLAIN_IPV6 = {
  'net.ipv6.conf.default.accept_dad': 0,
  'net.ipv6.conf.default.accept_ra': 0,
} as const;

/** Neighbours are written down, so none is ever looked for. */
export function neighbour(address: string, mac: string, link: string): string {
  return `neigh replace ${address} lladdr ${mac} dev ${link} nud permanent`;
}

/** An address on a link, usable at once. */
export function addressOn(link: string, address: Address): string {
  const quick = address.family === 6 ? ' nodad' : '';
  return `addr add ${host(address)} dev ${link}${quick}`;
}

/** The address as a prefix of its own. */
export function host(address: Address): string {
  const { family, value } = address;
  return formatBlock({ family, prefix: bits(family), low: value });
}

/** ` src ADDRESS`, the first of the family; empty when there is none. */
export function sourceWords(addresses: readonly Address[], family: Family): string {
  const own = addresses.find((address) => address.family === family);
  return own === undefined ? '' : ` src ${formatAddress(own)}`;
}

function hex(index: number): string {
  return index.toString(16).padStart(2, '0');
}
