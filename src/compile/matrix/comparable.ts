import type {
  ClusterPeer,
  ClusterPolicy,
  ClusterPort,
  ClusterRule,
} from '../../model/cluster-policy.ts';
import type { NetworkPolicy, Peer, PortRule, Rule } from '../../model/policy.ts';
import { UNREADABLE } from '../../model/selector.ts';
import type { Labels } from '../../model/selector.ts';
import type { Pod } from '../../model/workload.ts';

/** Whether no selector can tell the labels apart. */
export function sameLabels(a: Labels, b: Labels): boolean {
  return a === b || labelsText(a) === labelsText(b);
}

/** Equal for pods that no ruleset tells apart. */
export function podText({ labels, ports, hostNetwork, node, addresses }: Pod): string {
  const served = ports.map(({ name, protocol, number }) => [name, protocol, number]);
  return JSON.stringify([labelsText(labels), served, hostNetwork, node, addressesText(addresses)]);
}

/** Equal for the same addresses in the same order. */
export function addressesText(addresses: Pod['addresses']): string {
  return addresses.map(({ family, value }) => `${family}:${value}`).join();
}

/** Equal for labels that no selector tells apart. */
export function labelsText(labels: Labels): string {
  const unreadable = labels[UNREADABLE];
  return JSON.stringify([
    Object.keys(labels)
      .sort()
      .map((key) => [key, labels[key]]),
    unreadable === undefined || unreadable === 'all' ? unreadable : [...unreadable].sort(),
  ]);
}

/** Equal for policies that say the same, wherever they stand. */
export function policyText(policy: NetworkPolicy): string {
  const { subject, subjectIsSure, isolates, ingress, egress } = policy;
  const rules = [ingress, egress].map((list) => list.map(ruleParts));
  return JSON.stringify([subject, subjectIsSure, isolates, rules]);
}

function ruleParts({ peers, ports }: Rule): unknown {
  return [
    peers === 'all' ? peers : peers.map(peerParts),
    ports === 'all' ? ports : ports.map(portParts),
  ];
}

function peerParts(peer: Peer): unknown {
  switch (peer.kind) {
    case 'nothing':
      return [peer.kind];
    case 'pods':
      return [peer.kind, peer.namespaces, peer.pods];
    case 'block':
      return [peer.kind, peer.family, peer.addresses[peer.family].map(String)];
  }
}

function portParts(port: PortRule): unknown {
  switch (port.kind) {
    case 'nothing':
      return [port.kind];
    case 'numbered':
      return [port.kind, port.protocol, port.low, port.high];
    case 'named':
      return [port.kind, port.protocol, port.name];
  }
}

/** Equal for cluster policies that say the same, wherever they stand. */
export function clusterPolicyText(policy: ClusterPolicy): string {
  const { tier, priority, subject, isSure, ingress, egress } = policy;
  const rules = [ingress, egress].map((list) => list.map(clusterRuleParts));
  return JSON.stringify([tier, String(priority), subject.namespaces, subject.pods, isSure, rules]);
}

function clusterRuleParts({ action, peers, ports }: ClusterRule): unknown {
  return [
    action,
    peers === 'all' ? peers : peers.map(clusterPeerParts),
    ports === 'all' ? ports : ports.map(clusterPortParts),
  ];
}

function clusterPeerParts(peer: ClusterPeer): unknown {
  switch (peer.kind) {
    case 'pods':
      return [peer.kind, peer.namespaces, peer.pods];
    case 'nodes':
      return [peer.kind, peer.nodes];
    case 'networks':
      return [peer.kind, peer.addresses[4].map(String), peer.addresses[6].map(String)];
    case 'domains':
      return [peer.kind, peer.names];
  }
}

function clusterPortParts(port: ClusterPort): unknown {
  return port.kind === 'numbered'
    ? [port.kind, port.protocol, port.low, port.high]
    : [port.kind, port.name];
}
