import type {
  Action,
  ClusterPeer,
  ClusterPolicy,
  ClusterRule,
  ClusterTier,
} from '../../model/cluster-policy.ts';
import type { Direction, NetworkPolicy, Rule } from '../../model/policy.ts';

export type Answer = 'allowed' | 'denied' | 'depends';

/** The tiers that have policies, in the order they are asked (C1). */
export type Tier = 'Admin' | 'NetworkPolicy' | 'Baseline';

/** Why an answer is not certain. */
export type Unknown =
  /** the address of a pod at one end is not known, so a block may or may not hold it */
  | 'pod-address'
  /** a node's address is not known */
  | 'node-address'
  /** which node the pod runs on, and whether that is this very one, is not known */
  | 'node-placement'
  /** which addresses a DNS name leads to is not known */
  | 'name-address'
  /** pods of one workload, or behind one Service, differ */
  | 'which-pod';

/** One rule of one NetworkPolicy. */
export interface RuleRef {
  readonly tier: 'NetworkPolicy';
  readonly policy: NetworkPolicy;
  readonly direction: Direction;
  readonly index: number;
  readonly rule: Rule;
}

/** One rule of one policy of the tiers around NetworkPolicy. */
export interface ClusterRuleRef {
  readonly tier: ClusterTier;
  readonly policy: ClusterPolicy;
  readonly direction: Direction;
  readonly index: number;
  readonly rule: ClusterRule;
}

/** A rule of an isolating NetworkPolicy that did not allow the connection, and the first reason. */
export interface Miss {
  readonly ref: RuleRef;
  readonly because: 'peer' | 'port';
  /** Whether its policy could not be read well enough to allow anything to this pod (decision D8). */
  readonly unreadable?: boolean;
}

/** Why a rule of a cluster policy denies though nobody wrote that (decisions D21 to D23). */
export type Closed =
  /** the rule cannot be understood, so it denies everything */
  | 'rule'
  /** its action is unknown or absent */
  | 'action'
  /** whom or when its policy is for cannot be read */
  | 'policy'
  /** a label of the subject that its policy asks for cannot be read */
  | 'subject-label'
  /** a label of the peer that it asks for cannot be read */
  | 'peer-label';

/** A rule of a cluster policy that matches the connection, or may. */
export interface Met {
  readonly ref: ClusterRuleRef;
  /** What comes of it if it matches: its action, or Deny where it is closed. */
  readonly effect: Action;
  readonly closed: Closed | undefined;
  /** Undefined when it surely matches; else what that turns on. */
  readonly on: Unknown | undefined;
  /** The first of its peers that may match, when none surely does. */
  readonly peer: ClusterPeer | undefined;
}

/** Why no policy applies at an end. */
export type Exemption = 'outside' | 'node' | 'host-network' | 'own-node' | 'itself';

/**
 * What the policies at one end say. `exempt`: no policy can apply there. `open`: none of any tier decides,
 * which allows. Else a tier decided, or one of several if something is not known.
 */
export type Side =
  | { readonly state: 'exempt'; readonly why: Exemption }
  | OpenSide
  | AllowedSide
  | DeniedSide
  | DependingSide;

/** What was met on the way to a decision, or to none. */
interface Way {
  /** Rules of cluster policies that match or may, in the order they are asked, as far as they were. */
  readonly met: readonly Met[];
  /** Those of them that pass the decision on to the next tier. */
  readonly passed: readonly ClusterRuleRef[];
}

export interface OpenSide extends Way {
  readonly state: 'open';
}

interface Decision extends Way {
  /** The tier that decided, `depends` when it may be one or another, or none; undefined when nothing connects the ends. */
  readonly tier: Tier | 'depends' | undefined;
  /** What the NetworkPolicies say; undefined when they are not asked, or none isolates the pod. */
  readonly networkPolicies: Answer | undefined;
  /** The NetworkPolicies that isolate the pod, if they are asked. */
  readonly isolatedBy: readonly NetworkPolicy[];
  /** The rules of any tier that allow, or may. */
  readonly allowedBy: readonly (RuleRef | ClusterRuleRef)[];
  /** The rules of cluster policies that deny, or may. */
  readonly deniedBy: readonly ClusterRuleRef[];
  /** What it would be without the rule of the Admin tier that surely ends it here. */
  readonly next: Exclude<Side, { state: 'exempt' }> | undefined;
}

export interface AllowedSide extends Decision {
  readonly state: 'allowed';
}

export interface DeniedSide extends Decision {
  readonly state: 'denied';
  /** How each rule of the NetworkPolicies that isolate the pod missed. */
  readonly missed: readonly Miss[];
}

export interface DependingSide extends Decision {
  readonly state: 'depends';
  readonly missed: readonly Miss[];
  /** The first unknown on the way. */
  readonly on: Unknown;
}
