import { selectorObject, yaml } from '../lint/manifest.ts';
import type {
  ClusterPeer,
  ClusterPolicy,
  ClusterPort,
  ClusterRule,
} from '../model/cluster-policy.ts';
import type { Direction } from '../model/policy.ts';

/** A policy of the tiers around NetworkPolicy as a manifest of its kind; one that was read whole, or proposed. */
export function clusterPolicyYaml(policy: ClusterPolicy): string {
  const { kind, name, tier, priority, subject } = policy;
  const isNow = kind === 'ClusterNetworkPolicy';
  const rules = (direction: Direction): object => {
    const own = policy[direction];
    return own.length === 0
      ? {}
      : { [direction]: own.map((rule) => ruleObject(isNow, direction, rule)) };
  };
  return yaml({
    apiVersion: `policy.networking.k8s.io/${isNow ? 'v1alpha2' : 'v1alpha1'}`,
    kind,
    metadata: { name },
    spec: {
      ...(isNow && { tier }),
      ...(kind !== 'BaselineAdminNetworkPolicy' && { priority }),
      subject: podsObject(subject),
      ...rules('ingress'),
      ...rules('egress'),
    },
  });
}

function ruleObject(isNow: boolean, direction: Direction, rule: ClusterRule): object {
  const { name, written, peers, ports } = rule;
  return {
    ...(name !== undefined && { name }),
    action: written,
    [direction === 'ingress' ? 'from' : 'to']: peers === 'all' ? [] : peers.map(peerObject),
    ...(ports !== 'all' && {
      [isNow ? 'protocols' : 'ports']: ports.map(isNow ? protocolObject : portObject),
    }),
  };
}

function peerObject(peer: ClusterPeer): object {
  switch (peer.kind) {
    case 'pods':
      return podsObject(peer);
    case 'nodes':
      return { nodes: selectorObject(peer.nodes) };
    case 'networks':
      return { networks: [...peer.cidrs] };
    case 'domains':
      return { domainNames: [...peer.names] };
  }
}

function podsObject({
  namespaces,
  pods,
}: Pick<Extract<ClusterPeer, { kind: 'pods' }>, 'namespaces' | 'pods'>): object {
  const namespaceSelector = selectorObject(namespaces);
  if (pods === undefined) return { namespaces: namespaceSelector };
  return { pods: { namespaceSelector, podSelector: selectorObject(pods) } };
}

function protocolObject(port: ClusterPort): object {
  if (port.kind === 'named') return { destinationNamedPort: port.name };
  const { protocol, low, high } = port;
  const destinationPort = low === high ? { number: low } : { range: { start: low, end: high } };
  return { [protocol.toLowerCase()]: { destinationPort } };
}

/** As v1alpha1 writes it. */
function portObject(port: ClusterPort): object {
  if (port.kind === 'named') return { namedPort: port.name };
  const { protocol, low, high } = port;
  return low === high
    ? { portNumber: { protocol, port: low } }
    : { portRange: { protocol, start: low, end: high } };
}
