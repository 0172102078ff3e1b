import { clusterRulesOf, inTier } from '../model/cluster-policy.ts';
import type { ClusterRule, ClusterTier } from '../model/cluster-policy.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Family } from '../model/address.ts';
import type { Direction } from '../model/policy.ts';
import {
  ALL_PORTS,
  NO_PORTS,
  intersectPorts,
  subtractPorts,
  unionPorts,
} from '../model/port-set.ts';
import type { PortSet } from '../model/port-set.ts';
import type { ContainerPort } from '../model/workload.ts';
import { clusterPortsOf } from '../evaluate/cluster-ports.ts';
import type { PeerKinds } from '../evaluate/peer-kinds.ts';

/** A rule of a cluster policy as it is asked of subjects. */
export interface AskedRule {
  readonly tier: ClusterTier;
  readonly rule: ClusterRule;
  /** Whether its policy is surely for them. */
  readonly isSure: boolean;
}

/** What rules of the tiers around NetworkPolicy leave to those behind them, in one direction. */
export class LeftByTiers {
  readonly #kinds: PeerKinds;
  /** By class: the families it has. */
  readonly #families: readonly (readonly Family[])[];
  /** The rules of both tiers by the numbers that kinds of peers have them under. */
  readonly #rules: readonly ClusterRule[];
  readonly #numberOf: ReadonlyMap<ClusterRule, number>;
  /** By what is asked, then by what of the peer can be seen. */
  readonly #known = new Map<readonly AskedRule[], Map<number, Map<ClusterRule, PortSet>>>();

  constructor(
    cluster: Cluster,
    kinds: PeerKinds,
    families: readonly (readonly Family[])[],
    direction: Direction,
  ) {
    this.#kinds = kinds;
    this.#families = families;
    // in the order of TierSide
    this.#rules = (['Admin', 'Baseline'] as const).flatMap((tier) =>
      inTier(cluster.clusterPolicies, tier).flatMap((policy) => clusterRulesOf(policy, direction)),
    );
    this.#numberOf = new Map(this.#rules.map((rule, number) => [rule, number]));
  }

  /**
   * The ports that a rule is for at a peer and that no rule before it surely takes: no fewer than those on
   * which it decides. `seen` is the same for peers that the tiers see alike.
   */
  to(
    asked: readonly AskedRule[],
    rule: ClusterRule,
    peer: number,
    seen: number,
    served: readonly ContainerPort[],
  ): PortSet {
    let byPeer = this.#known.get(asked);
    if (byPeer === undefined) this.#known.set(asked, (byPeer = new Map()));
    let left = byPeer.get(seen);
    if (left === undefined) byPeer.set(seen, (left = this.#leftToEach(asked, peer, served)));
    return left.get(rule) ?? NO_PORTS;
  }

  #leftToEach(
    asked: readonly AskedRule[],
    peer: number,
    served: readonly ContainerPort[],
  ): Map<ClusterRule, PortSet> {
    const kinds = this.#kinds;
    const kind = kinds.of[peer]!;
    const matching = new Set(kinds.rules[kind]!.map((number) => this.#rules[number]!));
    const left = new Map<ClusterRule, PortSet>();
    for (const family of this.#families[peer]!) {
      // what the tier has left, and what is left to the next
      let [own, next] = [ALL_PORTS, ALL_PORTS];
      let last: ClusterTier = 'Admin';
      for (const { tier, rule, isSure } of asked) {
        if (!matching.has(rule)) continue;
        if (tier !== last) [own, last] = [next, tier];
        const ports = rule.peers === 'all' ? ALL_PORTS : clusterPortsOf(rule, served);
        const decided = intersectPorts(own, ports);
        left.set(rule, unionPorts(left.get(rule) ?? NO_PORTS, decided));
        const match = kinds.match(kind, this.#numberOf.get(rule)!);
        if (match.surely[family] !== 'yes' || !(isSure || rule.peers === 'all')) continue;
        own = subtractPorts(own, decided);
        if (rule.peers === 'all' || rule.action !== 'Pass') next = subtractPorts(next, decided);
      }
    }
    return left;
  }
}
