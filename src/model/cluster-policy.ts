import type { AddressSet } from './address-set.ts';
import type { Place } from './place.ts';
import type { Direction, PortRule } from './policy.ts';
import type { Labels, Selector } from './selector.ts';

/** Around the tier of NetworkPolicy: Admin decides before it, Baseline after it (C1). */
export type ClusterTier = 'Admin' | 'Baseline';

/** The kinds of policy of these tiers; the last two are v1alpha1. */
export const CLUSTER_POLICY_KINDS = [
  'ClusterNetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
] as const;

export type ClusterPolicyKind = (typeof CLUSTER_POLICY_KINDS)[number];

/** What a rule does with what it matches; v1alpha1 writes `Allow` for Accept. */
export type Action = 'Accept' | 'Deny' | 'Pass';

/**
 * A policy of the tiers around NetworkPolicy, of any kind. Rules that could not be understood are already
 * closed: see {@link ClusterRule} (decisions D21 to D24).
 */
export interface ClusterPolicy {
  readonly kind: ClusterPolicyKind;
  readonly name: string;
  readonly annotations: Labels;
  readonly place: Place;
  /** Admin where the tier written is unknown. */
  readonly tier: ClusterTier;
  /** Lower comes first; -Infinity where it could not be read, Infinity for a BaselineAdminNetworkPolicy. */
  readonly priority: number;
  readonly subject: ClusterSubject;
  /**
   * False where part of the subject, the tier or the priority could not be read: its Accept rules then match
   * nothing, and its Deny and Pass rules deny (D22).
   */
  readonly isSure: boolean;
  readonly ingress: readonly ClusterRule[];
  readonly egress: readonly ClusterRule[];
}

/** Pods by label, in namespaces by label; hostNetwork pods are never among them (C13, C14). */
export interface ClusterSubject {
  readonly place: Place;
  readonly namespaces: Selector;
  /** Undefined: the subject is `namespaces`, so all pods of them. */
  readonly pods: Selector | undefined;
}

/**
 * One rule: it does what its action says with what one of its peers and one of its ports match (C7). One that
 * could not be understood accepts nothing, or denies everything if its action is not Accept (D21); a rule
 * understood but for its action denies (D23).
 */
export interface ClusterRule {
  readonly place: Place;
  readonly name: string | undefined;
  readonly action: Action;
  /** The action as it is written; undefined where it is absent or no text. */
  readonly written: string | undefined;
  /** Empty where the rule matches nothing, `all` where it denies everything; else as written. */
  readonly peers: readonly ClusterPeer[] | 'all';
  /** `all` when `protocols` (v1alpha1: `ports`) is absent: every port of every protocol (C25). */
  readonly ports: readonly ClusterPort[] | 'all';
}

/** Who is at the other end, as one element of `from` or `to` says it. */
export type ClusterPeer = LabelPeer | NodePeer | NetworkPeer | DomainPeer;

/** Pods by label, in namespaces by label: `namespaces`, or `pods`. */
export interface LabelPeer {
  readonly kind: 'pods';
  readonly place: Place;
  readonly namespaces: Selector;
  /** Undefined: all pods of the namespaces. */
  readonly pods: Selector | undefined;
}

/** Nodes by label, and the hostNetwork pods on them (C20, D18); egress only. */
export interface NodePeer {
  readonly kind: 'nodes';
  readonly place: Place;
  readonly nodes: Selector;
}

/** Addresses; pods and nodes are matched by theirs as well (C19); egress only. */
export interface NetworkPeer {
  readonly kind: 'networks';
  readonly place: Place;
  /** As they are written. */
  readonly cidrs: readonly string[];
  /** All of them as one set (D17). */
  readonly addresses: AddressSet;
}

/** DNS names: exact, or `*.` and a name, which stands for all below it (C21); egress only. */
export interface DomainPeer {
  readonly kind: 'domains';
  readonly place: Place;
  /** Lower case, without a final dot. */
  readonly names: readonly string[];
}

/** A port, a range, all ports of a protocol, or a port by name and whatever protocol it is declared with (C28). */
export type ClusterPort = Exclude<PortRule, { kind: 'named' | 'nothing' }> | ClusterNamedPort;

/** A container port by its name, of any protocol, resolved on the destination pod (C28). */
export interface ClusterNamedPort {
  readonly kind: 'named';
  readonly place: Place;
  readonly name: string;
}

/** The rules of one direction. */
export function clusterRulesOf(
  policy: ClusterPolicy,
  direction: Direction,
): readonly ClusterRule[] {
  return direction === 'ingress' ? policy.ingress : policy.egress;
}

/**
 * The policies of a tier in the order they are judged in: by priority, then by name, then by kind (C6,
 * decision D16).
 */
export function inTier(
  policies: readonly ClusterPolicy[],
  tier: ClusterTier,
): readonly ClusterPolicy[] {
  const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);
  return policies
    .filter((policy) => policy.tier === tier)
    .sort(
      (a, b) =>
        compare(a.priority, b.priority) || compare(a.name, b.name) || compare(a.kind, b.kind),
    );
}
