import { formatBlock } from '../../model/address-set.ts';
import { FAMILIES } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import type { LabNode } from '../state/nodes.ts';
import { insideBlock } from '../state/pod-blocks.ts';
import type { LabPod } from '../state/pods.ts';
import {
  HOST_MAC,
  ICMP_UNLIMITED,
  OUTSIDE_GATEWAY,
  OUTSIDE_MAC,
  PLAIN_IPV6,
  POD_MAC,
  POD_MTU,
  TUNNEL,
  addressOn,
  host,
  neighbour,
  nodeWire,
  sourceWords,
} from './wiring.ts';
import type { Wiring } from './wiring.ts';

/** A node by itself: it routes, its own pods are on links of their own, all else goes outside. */
export function nodeWiring(node: LabNode): Wiring {
  const { addresses } = node.node;
  const hop = nodeWire.hop(node);
  return {
    settings: {
      ...ICMP_UNLIMITED,
      ...PLAIN_IPV6,
      'net.ipv4.ip_forward': 1,
      'net.ipv6.conf.all.forwarding': 1,
      // The way back may be another one (a node's answer to a pod elsewhere), and sources are checked by name.
      'net.ipv4.conf.all.rp_filter': 0,
      'net.ipv4.conf.default.rp_filter': 0,
      'net.ipv4.conf.all.send_redirects': 0,
      'net.ipv4.conf.default.send_redirects': 0,
    },
    links: [
      'link set lo up',
      'link set eth0 addrgenmode none',
      'link set eth0 up',
      ...addresses.map((address) => addressOn('eth0', address)),
      `addr add ${hop[4]}/32 dev eth0 scope link`,
      `addr add ${hop[6]}/128 dev eth0 scope link nodad`,
      ...FAMILIES.flatMap((family) => [
        neighbour(OUTSIDE_GATEWAY[family], OUTSIDE_MAC, 'eth0'),
        `route add default via ${OUTSIDE_GATEWAY[family]} dev eth0 onlink${sourceWords(addresses, family)}`,
      ]),
      `link add ${TUNNEL} mtu ${POD_MTU} address ${nodeWire.tunnelMac(node)} type vxlan id 1 dstport 4789 local ${hop[4]} dev eth0 nolearning`,
      `link set ${TUNNEL} addrgenmode none`,
      `link set ${TUNNEL} up`,
      // An address of the node's part that no pod has is nobody's, not the outside's.
      ...node.blocks.map((block) => `route add blackhole ${formatBlock(block)} metric 4096`),
    ],
  };
}

/** What a node must know of another: how to send to it, and to its pods through the tunnel. */
export function peerWiring(node: LabNode, other: LabNode): Wiring {
  const { addresses } = node.node;
  const hop = nodeWire.hop(other);
  const tunnelHop = nodeWire.tunnelHop(other);
  return {
    settings: {},
    links: [
      neighbour(hop[4], nodeWire.mac(other), 'eth0'),
      `route replace ${hop[4]}/32 dev eth0`,
      ...other.node.addresses.flatMap((address) => [
        neighbour(hostOnly(address), nodeWire.mac(other), 'eth0'),
        `route replace ${host(address)} dev eth0${sourceWords(addresses, address.family)}`,
      ]),
      ...FAMILIES.map((family) => neighbour(tunnelHop[family], nodeWire.tunnelMac(other), TUNNEL)),
      ...other.blocks.map((block) => throughTunnel(formatBlock(block), block.family, node, other)),
    ],
    bridge: [`fdb replace ${nodeWire.tunnelMac(other)} dev ${TUNNEL} dst ${hop[4]} self permanent`],
  };
}

/** Two ends of one pod's link, seen from its node; the other end is put into the pod's namespace. */
export function podLinkWiring(node: LabNode, labPod: LabPod, netns: string): string[] {
  const { pod, link, linkGroup } = labPod;
  return [
    `link add ${link} group ${linkGroup} mtu ${POD_MTU} address ${HOST_MAC} type veth peer name eth0 mtu ${POD_MTU} address ${POD_MAC} netns ${netns}`,
    `link set ${link} addrgenmode none`,
    `link set ${link} up`,
    ...pod.addresses.flatMap((address) => [
      neighbour(hostOnly(address), POD_MAC, link!),
      `route replace ${host(address)} dev ${link}${sourceWords(node.node.addresses, address.family)}`,
    ]),
  ];
}

/** How other nodes reach a pod whose address the input gave and is not of its node's block. */
export function strayRoutes(pod: LabPod, home: LabNode, nodes: readonly LabNode[]): StrayRoute[] {
  const strays = pod.pod.addresses.filter((address) => isStray(address, home));
  if (strays.length === 0) return [];
  return nodes
    .filter((node) => node !== home)
    .map((node) => ({
      node,
      add: strays.map((address) => throughTunnel(host(address), address.family, node, home)),
      remove: strays.map((address) => `route del ${host(address)} dev ${TUNNEL}`),
    }));
}

/** Routes of one node to one pod elsewhere, and the commands that take them away again. */
export interface StrayRoute {
  readonly node: LabNode;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Whether a pod's address is not of the part of the pod network that its node has. */
export function isStray(address: Address, home: LabNode): boolean {
  return !home.blocks.some((block) => insideBlock(block, address));
}

function throughTunnel(
  destination: string,
  family: Address['family'],
  node: LabNode,
  other: LabNode,
): string {
  // What the node itself sends to pods elsewhere comes from its InternalIP, as ipBlock rules expect (N2).
  const source = sourceWords(node.node.addresses, family);
  return `route replace ${destination} via ${nodeWire.tunnelHop(other)[family]} dev ${TUNNEL} onlink${source}`;
}

function hostOnly(address: Address): string {
  return host(address).replace(/\/\d+$/, '');
}
