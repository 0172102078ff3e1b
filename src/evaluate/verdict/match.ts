import { ALL_ADDRESSES, NO_ADDRESSES } from '../../model/address-set.ts';
import type { Family } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { NetworkPolicy, Peer, PortRule, Rule } from '../../model/policy.ts';
import { ALL_PORTS, NO_PORTS, portRange, unionPorts } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import { selects } from '../../model/selector.ts';
import { resolveNamedPort } from '../../model/workload.ts';
import type { ContainerPort } from '../../model/workload.ts';
import { addressesOf, insideBlock, isSubject, podOf } from './endpoint.ts';
import type { AddressView, Certainty, Endpoint, WorkloadEndpoint } from './endpoint.ts';

/** Whether a policy selects the endpoint as its subject, whatever the direction (S5, N6). */
export function isSubjectOf(policy: NetworkPolicy, endpoint: Endpoint): boolean {
  return (
    isSubject(endpoint) &&
    endpoint.workload.namespace === policy.namespace &&
    selects(policy.subject, podOf(endpoint).labels, true)
  );
}

/**
 * Whether the rules of a policy that isolates the endpoint allow it anything. Where its podSelector, or a
 * label of the pod, cannot be read, it may not really select the pod: then it isolates and allows nothing
 * (decision D8).
 */
export function allowsFor(policy: NetworkPolicy, endpoint: WorkloadEndpoint): boolean {
  return policy.subjectIsSure && selects(policy.subject, podOf(endpoint).labels);
}

/** How policies see the endpoint's addresses. */
export function addressView(cluster: Cluster, endpoint: Endpoint): AddressView {
  if (endpoint.kind === 'addresses') {
    return { known: [], range: { ...NO_ADDRESSES, [endpoint.family]: endpoint.bounds } };
  }
  if (endpoint.kind === 'domain') return { known: [], range: ALL_ADDRESSES };
  const range = isSubject(endpoint) ? (cluster.podNetwork ?? ALL_ADDRESSES) : ALL_ADDRESSES;
  return { known: addressesOf(endpoint, cluster.nodes), range };
}

/** An endpoint as a peer is matched against it, over one address family. */
export interface PeerCandidate {
  readonly endpoint: Endpoint;
  readonly view: AddressView;
  readonly family: Family;
}

/** Whether a peer of the policy matches the endpoint at the other end. */
export function matchPeer(
  cluster: Cluster,
  policy: NetworkPolicy,
  peer: Peer,
  { endpoint, view, family }: PeerCandidate,
): Certainty {
  switch (peer.kind) {
    case 'nothing':
      return 'no';
    case 'block':
      return peer.family === family ? insideBlock(view, peer.addresses, family) : 'no';
    case 'pods': {
      if (!isSubject(endpoint)) return 'no';
      const { namespace } = endpoint.workload;
      const inNamespace =
        peer.namespaces === 'own'
          ? namespace === policy.namespace
          : selects(peer.namespaces, cluster.namespaces.get(namespace)!.labels);
      const matches = inNamespace && (!peer.pods || selects(peer.pods, podOf(endpoint).labels));
      return matches ? 'yes' : 'no';
    }
  }
}

/** The container ports a named port can resolve on: those of a pod with a network of its own (P7, D9). */
export function namedPortsOf(endpoint: Endpoint): readonly ContainerPort[] {
  return isSubject(endpoint) ? podOf(endpoint).ports : [];
}

/** The ports one element of `ports` opens on a destination. */
export function portsOfElement(element: PortRule, destination: readonly ContainerPort[]): PortSet {
  switch (element.kind) {
    case 'nothing':
      return NO_PORTS;
    case 'numbered':
      return portRange(element.protocol, element.low, element.high);
    case 'named': {
      const numbers = resolveNamedPort(destination, element.name, element.protocol);
      return numbers.reduce(
        (set, number) => unionPorts(set, portRange(element.protocol, number, number)),
        NO_PORTS,
      );
    }
  }
}

/** The ports a rule opens on a destination, whoever the peer (P1 to P11, P17). */
export function portsOfRule({ ports }: Rule, destination: readonly ContainerPort[]): PortSet {
  if (ports === 'all') return ALL_PORTS;
  return ports.reduce(
    (set, element) => unionPorts(set, portsOfElement(element, destination)),
    NO_PORTS,
  );
}

/** Where two endpoints' pods run: on one node, on different ones, or nobody knows (N1, D4). */
export function sameNode(a: Endpoint, b: Endpoint): Certainty {
  const [first, second] = [nodesOf(a), nodesOf(b)];
  if (first.size === 1 && second.size === 1 && !first.has(undefined)) {
    const [one] = first;
    if (second.has(one)) return 'yes';
  }
  if (first.has(undefined) || second.has(undefined)) return 'depends';
  for (const node of first) if (second.has(node)) return 'depends';
  return 'no';
}

/** The nodes an endpoint's pods run on; `undefined` is among them when one's is not known. */
export function nodesOf(endpoint: Endpoint): ReadonlySet<string | undefined> {
  switch (endpoint.kind) {
    case 'workload':
      return new Set(endpoint.pods.map((pod) => pod.node));
    case 'node':
      return new Set([endpoint.node.name]);
    case 'addresses':
    case 'domain':
      return new Set();
  }
}
