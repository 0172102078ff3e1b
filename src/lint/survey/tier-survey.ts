import type { ClassSet } from '../../evaluate/population/class-set.ts';
import type { LabelIndex } from '../../evaluate/population/label-index.ts';
import { clusterRulesOf, inTier } from '../../model/cluster-policy.ts';
import type {
  ClusterPolicy,
  ClusterRule,
  ClusterTier,
  LabelPeer,
} from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';

/** A rule of a policy of the tiers around NetworkPolicy. */
export interface ClusterCounting {
  readonly policy: ClusterPolicy;
  readonly direction: Direction;
  readonly index: number;
  readonly rule: ClusterRule;
}

/** What lint rules ask of the tiers around NetworkPolicy, each thing asked once. */
export class TierSurvey {
  readonly #cluster: Cluster;
  readonly #labels: LabelIndex;
  readonly #held: Partial<Record<Direction, ReadonlySet<number>>> = {};

  constructor(cluster: Cluster, labels: LabelIndex) {
    this.#cluster = cluster;
    this.#labels = labels;
  }

  /** Whether there is any policy of these tiers. */
  get isEmpty(): boolean {
    return this.#cluster.clusterPolicies.length === 0;
  }

  /** Whether all labels of pods and of their namespaces can be read. */
  get isReadable(): boolean {
    return !this.#labels.hasUnreadable;
  }

  /** The policies of a tier in the order they are asked. */
  inOrder(tier: ClusterTier): readonly ClusterPolicy[] {
    return inTier(this.#cluster.clusterPolicies, tier);
  }

  /** Every rule, policy by policy in the order of the input. */
  *rules(): Generator<ClusterCounting> {
    for (const policy of this.#cluster.clusterPolicies) yield* rulesOfCluster(policy);
  }

  /** The classes a policy surely selects. */
  subjectsOf({ subject: { namespaces, pods = [] } }: ClusterPolicy): ClassSet {
    return this.#labels.inSelected(namespaces, pods);
  }

  /** The classes a peer by labels surely matches. */
  peersOf({ namespaces, pods = [] }: Pick<LabelPeer, 'namespaces' | 'pods'>): ClassSet {
    return this.#labels.inSelected(namespaces, pods);
  }

  /** Whether some rule of these tiers may deny a class something in the direction. */
  mayDeny(direction: Direction, index: number): boolean {
    return (this.#held[direction] ??= this.#denied(direction)).has(index);
  }

  #denied(direction: Direction): ReadonlySet<number> {
    const denied = new Set<number>();
    for (const policy of this.#cluster.clusterPolicies) {
      if (clusterRulesOf(policy, direction).every(({ action }) => action === 'Accept')) continue;
      this.subjectsOf(policy).forEach((index) => denied.add(index));
    }
    return denied;
  }
}

/** The rules of a policy, ingress before egress. */
export function rulesOfCluster(policy: ClusterPolicy): ClusterCounting[] {
  return DIRECTIONS.flatMap((direction) =>
    clusterRulesOf(policy, direction).map((rule, index) => ({ policy, direction, index, rule })),
  );
}
