import type { ClusterPolicyKind } from '../../model/cluster-policy.ts';
import type { Direction } from '../../model/policy.ts';

// policy.networking.k8s.io: apis/v1alpha2/clusternetworkpolicy_types.go, which v1beta1 repeats; and of
// v1alpha1, in its last form (decision D25), adminnetworkpolicy_types.go, shared_types.go and
// baselineadminnetworkpolicy_types.go.

/** The words and limits in which a kind of policy of the tiers says what all of them say. */
export interface ClusterWords {
  readonly kind: ClusterPolicyKind;
  readonly spec: readonly string[];
  /** The actions, as they are written; the first one accepts. */
  readonly actions: readonly string[];
  /** What the list of ports in a rule is called. */
  readonly ports: 'protocols' | 'ports';
  /** The fields of one of these ports, of which it has exactly one. */
  readonly port: readonly string[];
  /** The fields of a peer in a rule of each direction, of which it has exactly one (C18). */
  readonly peer: Readonly<Record<Direction, readonly string[]>>;
  /** Whether `pods` may leave `namespaceSelector` out, for all namespaces. */
  readonly namespacesAreOptional: boolean;
  /** How many rules a direction has at most, and peers and ports a rule (C15). */
  readonly most: number;
}

/** How many CIDRs or names a peer has at most, and how long the name of a rule may be (C15). */
export const MOST_ITEMS = 25;
export const LONGEST_NAME = 100;

const INGRESS_PEER: readonly string[] = ['namespaces', 'pods'];
const ADDRESS_PEER: readonly string[] = [...INGRESS_PEER, 'nodes', 'networks'];
const EGRESS_PEER: readonly string[] = [...ADDRESS_PEER, 'domainNames'];

const V1ALPHA1 = {
  ports: 'ports',
  port: ['portNumber', 'portRange', 'namedPort'],
  namespacesAreOptional: false,
  most: 100,
} as const;

/** What stands in the manifests of each kind. */
export const CLUSTER_WORDS: Readonly<Record<ClusterPolicyKind, ClusterWords>> = {
  ClusterNetworkPolicy: {
    kind: 'ClusterNetworkPolicy',
    spec: ['tier', 'priority', 'subject', 'ingress', 'egress'],
    actions: ['Accept', 'Deny', 'Pass'],
    ports: 'protocols',
    port: ['tcp', 'udp', 'sctp', 'destinationNamedPort'],
    peer: { ingress: INGRESS_PEER, egress: EGRESS_PEER },
    namespacesAreOptional: true,
    most: 25,
  },
  AdminNetworkPolicy: {
    ...V1ALPHA1,
    kind: 'AdminNetworkPolicy',
    spec: ['priority', 'subject', 'ingress', 'egress'],
    actions: ['Allow', 'Deny', 'Pass'],
    peer: { ingress: INGRESS_PEER, egress: EGRESS_PEER },
  },
  BaselineAdminNetworkPolicy: {
    ...V1ALPHA1,
    kind: 'BaselineAdminNetworkPolicy',
    spec: ['subject', 'ingress', 'egress'],
    actions: ['Allow', 'Deny'],
    peer: { ingress: INGRESS_PEER, egress: ADDRESS_PEER },
  },
};

/** A kind with its article, as it stands in a message. */
export function aKind(kind: ClusterPolicyKind): string {
  return `${kind === 'AdminNetworkPolicy' ? 'an' : 'a'} ${kind}`;
}

/** Names as they stand in a message: `` `a`, `b` or `c` ``. */
export function oneOf(names: readonly string[], word: 'or' | 'and' = 'or'): string {
  const quoted = names.map((name) => `\`${name}\``);
  const last = quoted.pop();
  return quoted.length === 0 ? `${last}` : `${quoted.join(', ')} ${word} ${last}`;
}
