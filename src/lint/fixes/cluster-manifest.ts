import type {
  ClusterPeer,
  ClusterPolicy,
  ClusterPolicyKind,
  ClusterPort,
  ClusterRule,
} from '../../model/cluster-policy.ts';
import type { Direction } from '../../model/policy.ts';
import type { Labels } from '../../model/selector.ts';
import { selectorObject, yaml } from './manifest.ts';

/** A rule of a cluster policy that a fix proposes; without `place`, for it stands nowhere yet. */
export type ProposedClusterRule = Pick<ClusterRule, 'name' | 'written'> & {
  readonly peers: readonly ProposedClusterPeer[] | 'all';
  readonly ports: readonly ProposedClusterPort[] | 'all';
};

type ProposedClusterPeer = Without<ClusterPeer>;
export type ProposedClusterPort = Without<ClusterPort>;

type Without<T> = T extends unknown ? Omit<T, 'place' | 'addresses'> : never;

/** What `kubectl apply` notes on an object for itself: of no use on another one. */
const OF_KUBECTL = 'kubectl.kubernetes.io/last-applied-configuration';

/** A policy of the tiers around NetworkPolicy as a manifest of its kind; one that was read whole, or proposed. */
export function clusterPolicyManifest(policy: ClusterPolicy): string {
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
    metadata: { name, ...annotated(policy.annotations) },
    spec: {
      ...(isNow && { tier }),
      ...(kind !== 'BaselineAdminNetworkPolicy' && { priority }),
      subject: podsObject(subject),
      ...rules('ingress'),
      ...rules('egress'),
    },
  });
}

/** Elements of `protocols`, in v1alpha1 of `ports`. */
export function clusterPortsManifest(
  kind: ClusterPolicyKind,
  ports: readonly ProposedClusterPort[],
): string {
  return yaml(ports.map(kind === 'ClusterNetworkPolicy' ? protocolObject : portObject));
}

/** Elements of `from` or `to`, which all kinds write alike. */
export function clusterPeersManifest(peers: readonly ProposedClusterPeer[]): string {
  return yaml(peers.map(peerObject));
}

/** How a policy of the kind writes that it accepts. */
export function acceptWord(kind: ClusterPolicyKind): 'Accept' | 'Allow' {
  return kind === 'ClusterNetworkPolicy' ? 'Accept' : 'Allow';
}

/** One element of `ingress` or `egress` of a policy of the kind. */
export function clusterRuleManifest(
  kind: ClusterPolicyKind,
  direction: Direction,
  rule: ProposedClusterRule,
): string {
  return yaml([ruleObject(kind === 'ClusterNetworkPolicy', direction, rule)]);
}

function annotated(annotations: Labels): object {
  const own = Object.entries(annotations).filter(([key]) => key !== OF_KUBECTL);
  return own.length === 0 ? {} : { annotations: Object.fromEntries(own) };
}

function ruleObject(isNow: boolean, direction: Direction, rule: ProposedClusterRule): object {
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

function peerObject(peer: ProposedClusterPeer): object {
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

function protocolObject(port: ProposedClusterPort): object {
  if (port.kind === 'named') return { destinationNamedPort: port.name };
  const { protocol, low, high } = port;
  const destinationPort = low === high ? { number: low } : { range: { start: low, end: high } };
  return { [protocol.toLowerCase()]: { destinationPort } };
}

/** As v1alpha1 writes it. */
function portObject(port: ProposedClusterPort): object {
  if (port.kind === 'named') return { namedPort: port.name };
  const { protocol, low, high } = port;
  return low === high
    ? { portNumber: { protocol, port: low } }
    : { portRange: { protocol, start: low, end: high } };
}
