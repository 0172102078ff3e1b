import { formatBlock } from '../../model/address-set.ts';
import { FAMILIES, parseAddress } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import type { LabNode } from '../state/nodes.ts';
import type { LabPod } from '../state/pods.ts';
import { SERVICE_NETWORKS } from '../state/services.ts';
import { isStray } from './node-wiring.ts';
import {
  HOPS,
  ICMP_UNLIMITED,
  OUTSIDE_GATEWAY,
  PLAIN_IPV6,
  addressOn,
  host,
  neighbour,
  nodeWire,
} from './wiring.ts';
import type { Wiring } from './wiring.ts';

/**
 * Addresses that stand for the world outside: of documentation (RFC 5737, RFC 3849), from which the outside
 * connects when nothing else is said, and of well-known public resolvers. It answers on every other one too.
 */
export const OUTSIDE_ADDRESSES = [
  '203.0.113.7',
  '198.51.100.7',
  '8.8.8.8',
  '1.1.1.1',
  '2001:db8::7',
  '2001:4860:4860::8888',
].map((text) => parseAddress(text)!);

/**
 * Routes to the cluster stand in the table that tells which addresses are local, beside the one that says
 * all are: the longest prefix wins, and only this table says what a socket may be bound to.
 */
const TABLE = 'table local';

const SOURCE: Readonly<Record<Family, string>> = { 4: '203.0.113.7', 6: '2001:db8::7' };

/**
 * The outside: every address there is belongs to it, the cluster's aside. What is asked of it without a
 * listener is refused, never lost. There is no masquerade: it sees pods as they are, and knows the way back.
 */
export function outsideWiring(): Wiring {
  return {
    settings: {
      ...ICMP_UNLIMITED,
      ...PLAIN_IPV6,
      'net.ipv4.conf.all.rp_filter': 0,
      'net.ipv4.conf.default.rp_filter': 0,
      // Sources may be any address, and IPv6 wants to be told (kernel documentation, networking/ip-sysctl).
      'net.ipv4.ip_nonlocal_bind': 1,
      'net.ipv6.ip_nonlocal_bind': 1,
    },
    links: [
      'link set lo up',
      'link set eth0 addrgenmode none',
      'link set eth0 up',
      `addr add ${OUTSIDE_GATEWAY[4]}/32 dev eth0 scope link`,
      `addr add ${OUTSIDE_GATEWAY[6]}/128 dev eth0 scope link nodad`,
      // Without it the next hops would be local, too.
      `route add unicast ${HOPS} dev eth0 ${TABLE}`,
      'route add local 0.0.0.0/0 dev lo',
      'route add local ::/0 dev lo',
      ...OUTSIDE_ADDRESSES.map((address) => addressOn('lo', address)),
      ...SERVICE_NETWORKS.map((block) => `route add blackhole ${formatBlock(block)} ${TABLE}`),
    ],
  };
}

/** The outside's way to a node and to the pods there. */
export function outsidePeerWiring(node: LabNode): string[] {
  const hop = nodeWire.hop(node);
  const hosts = node.node.addresses.map((address) => ({
    text: host(address),
    family: address.family,
  }));
  const blocks = node.blocks.map((block) => ({
    text: formatBlock(block),
    family: block.family,
  }));
  return [
    ...FAMILIES.map((family) => neighbour(hop[family], nodeWire.mac(node), 'eth0')),
    ...[...hosts, ...blocks].map(({ text, family }) => outsideRoute(text, family, node)),
  ];
}

/** The outside's way to a pod whose address is not of its node's block, and how it is taken away. */
export function outsideStrayRoutes(
  { pod }: LabPod,
  home: LabNode,
): { readonly add: string[]; readonly remove: string[] } {
  const strays = pod.addresses.filter((address) => isStray(address, home));
  return {
    add: strays.map((address) => outsideRoute(host(address), address.family, home)),
    remove: strays.map((address) => `route del ${host(address)} ${TABLE}`),
  };
}

function outsideRoute(destination: string, family: Family, node: LabNode): string {
  const hop = nodeWire.hop(node)[family];
  return `route replace ${destination} via ${hop} dev eth0 onlink src ${SOURCE[family]} ${TABLE}`;
}
