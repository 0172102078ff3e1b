import { clusterPortsOf } from '../../evaluate/verdict/cluster-ports.ts';
import { clusterRulesOf, inTier } from '../../model/cluster-policy.ts';
import type { ClusterPolicy, ClusterRule, ClusterTier } from '../../model/cluster-policy.ts';
import type { Direction } from '../../model/policy.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { ContainerPort } from '../../model/workload.ts';
import type { Atom } from './peer-class.ts';
import type { TierAtoms } from './tier-atoms.ts';

/** A rule, with its peers by number. */
export interface TierRule {
  readonly policy: ClusterPolicy;
  readonly rule: ClusterRule;
  /** `all`: the rule denies everything (decision D21). */
  readonly peers: readonly Atom[] | 'all';
  /** Whether it names ports, so that they are the destination's own (C28). */
  readonly hasNames: boolean;
  readonly ports: (served: readonly ContainerPort[]) => PortSet;
}

/** A policy of the tiers, with its subject by number. */
export interface TierPolicy {
  readonly policy: ClusterPolicy;
  readonly subject: Atom;
  readonly rules: Readonly<Record<Direction, readonly TierRule[]>>;
  /** All that it says of subjects and peers. */
  readonly said: readonly Atom[];
}

/** The cluster policies in the order they are judged in. */
export class TierRules {
  readonly tiers: Readonly<Record<ClusterTier, readonly TierPolicy[]>>;
  /** What they say of subjects and peers. */
  readonly said = new Set<Atom>();
  readonly #atoms: TierAtoms;
  readonly #byPolicy = new Map<ClusterPolicy, TierPolicy>();

  /** `before`: rules of the same atoms; what they know of a policy is taken from there. */
  constructor(policies: readonly ClusterPolicy[], atoms: TierAtoms, before?: TierRules) {
    this.#atoms = atoms;
    for (const policy of policies) {
      const former = before === undefined ? undefined : before.#byPolicy.get(policy);
      const known = former ?? this.#policyOf(policy);
      this.#byPolicy.set(policy, known);
      for (const atom of known.said) this.said.add(atom);
    }
    const ordered = (tier: ClusterTier): TierPolicy[] =>
      inTier(policies, tier).map((policy) => this.#byPolicy.get(policy)!);
    this.tiers = { Admin: ordered('Admin'), Baseline: ordered('Baseline') };
  }

  get isEmpty(): boolean {
    return this.tiers.Admin.length === 0 && this.tiers.Baseline.length === 0;
  }

  #policyOf(policy: ClusterPolicy): TierPolicy {
    const { namespaces, pods } = policy.subject;
    const subject = this.#atoms.ofPods(namespaces, pods);
    const rulesOf = (direction: Direction): TierRule[] =>
      clusterRulesOf(policy, direction).map((rule) => this.#ruleOf(policy, rule));
    const rules = { ingress: rulesOf('ingress'), egress: rulesOf('egress') };
    const peers = [...rules.ingress, ...rules.egress].flatMap((rule) =>
      rule.peers === 'all' ? [] : rule.peers,
    );
    return { policy, subject, rules, said: [subject, ...peers] };
  }

  #ruleOf(policy: ClusterPolicy, rule: ClusterRule): TierRule {
    const peers =
      rule.peers === 'all' ? 'all' : rule.peers.flatMap((peer) => this.#atoms.ofPeer(peer));
    const names = rule.ports === 'all' ? [] : rule.ports.filter(({ kind }) => kind === 'named');
    for (const port of names) if (port.kind === 'named') this.#atoms.names.add(port.name);
    const hasNames = names.length > 0;
    const numbered = clusterPortsOf(rule, []);
    const ports = (served: readonly ContainerPort[]): PortSet =>
      hasNames ? clusterPortsOf(rule, served) : numbered;
    return { policy, rule, peers, hasNames, ports };
  }
}

/** `Kind/name`: the key of a cluster policy everywhere in the compiler. */
export function clusterPolicyKey({ kind, name }: ClusterPolicy): string {
  return `${kind}/${name}`;
}
