import { clusterRulesOf } from '../../model/cluster-policy.ts';
import type { ClusterRule } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Direction, NetworkPolicy, Rule } from '../../model/policy.ts';
import { NO_PORTS } from '../../model/port-set.ts';
import { ClassSet } from '../../evaluate/population/class-set.ts';
import { blockKey } from '../../evaluate/population/distinctions.ts';
import { familiesOf, isNodeTraffic } from '../../evaluate/verdict/endpoint.ts';
import type { WorkloadEndpoint } from '../../evaluate/verdict/endpoint.ts';
import type { GrantTable } from '../../evaluate/grants/grant.ts';
import { Isolation } from '../../evaluate/map/isolation.ts';
import { addressView, nodesOf } from '../../evaluate/verdict/match.ts';
import { PeerMatches } from '../../evaluate/map/peer-matches.ts';
import type { Sides } from '../../evaluate/map/sides.ts';
import type { Population } from '../../evaluate/population/population.ts';
import type { RuleGrants } from '../../evaluate/map/rule-grants.ts';
import { RulingTable } from '../../evaluate/map/ruling.ts';
import { TierSide } from '../../evaluate/map/tier-side.ts';
import type { Family } from '../../model/address.ts';
import type { PortSet } from '../../model/port-set.ts';
import { PortsLeft } from './ports-left.ts';

/** What all policies in one direction see alike as subjects. */
export interface SubjectKind {
  /** The NetworkPolicies that isolate them; none where only the tiers around matter. */
  readonly isolatedBy: readonly NetworkPolicy[];
  /** Those of them whose rules count. */
  readonly allowing: readonly NetworkPolicy[];
  /** The rules of cluster policies that are asked of them, in order; the same list for the same policies. */
  readonly clusterRules: readonly ClusterRule[];
}

/** Classes of one kind. */
export interface SubjectGroup {
  readonly kind: SubjectKind;
  /** Never empty. */
  readonly members: readonly number[];
}

/** Whether NetworkPolicies can tell the kinds apart, or only the tiers around them can. */
export type GroupedBy = 'network-policies' | 'tiers';

/** What the policies see of the classes in one direction, as subjects and as peers. */
export class CoverageEnds {
  readonly direction: Direction;
  /** A number for what of each class as a peer anyone but a NetworkPolicy's peers can see. */
  readonly peerKinds: Int32Array;
  readonly #population: Population;
  readonly #rules: RuleGrants;
  readonly #isolation: Isolation;
  readonly #tiers: TierSide | undefined;
  readonly #matches: PeerMatches;
  readonly #peersOf = new Map<Rule | ClusterRule, ClassSet>();
  readonly #everyone: ClassSet;
  readonly #groupOf: Partial<Record<GroupedBy, (SubjectKind | undefined)[]>> = {};
  readonly #clusterRules = new Map<string, readonly ClusterRule[]>();
  readonly #families: readonly (readonly Family[])[];
  /** What the tiers leave to the NetworkPolicies, and what these may deny of it. */
  readonly left: PortsLeft;

  /** `networkPolicies`: what those of the cluster say without the tiers around them. */
  constructor(
    cluster: Cluster,
    population: Population,
    rules: RuleGrants,
    networkPolicies: Sides,
    grants: GrantTable,
    direction: Direction,
  ) {
    const { classes, subjects } = population;
    this.direction = direction;
    this.#population = population;
    this.#rules = rules;
    this.#everyone = ClassSet.full(classes.length);
    this.#isolation = new Isolation(cluster, this.#pods(), rules, direction);
    this.#matches = new PeerMatches(cluster, population, rules.labels, rules.held);
    if (cluster.clusterPolicies.some((policy) => clusterRulesOf(policy, direction).length > 0)) {
      const rulings = new RulingTable(grants);
      this.#tiers = new TierSide(cluster, population, rules, grants, rulings, direction);
    }
    this.#families = classes.map(({ endpoints: [endpoint] }) =>
      familiesOf(addressView(cluster, endpoint!)),
    );
    const families = this.#families;
    this.left = new PortsLeft(
      population,
      grants,
      networkPolicies,
      families,
      this.#tiers,
      direction,
    );
    const numbers = new Map<string, number>();
    this.peerKinds = Int32Array.from(classes, ({ index, endpoints: [endpoint] }) => {
      // what names of ports stand for is a matter of the destination
      const zone = index < subjects && direction === 'egress' ? rules.zones.of[index]! : -1;
      const nodes = isNodeTraffic(endpoint!) ? [...nodesOf(endpoint!)].join() : '';
      const kind = this.#tiers?.kinds.of[index] ?? 0;
      const key = `${kind} ${families[index]!.join('')} ${zone} ${endpoint!.kind} ${nodes}`;
      let number = numbers.get(key);
      if (number === undefined) numbers.set(key, (number = numbers.size));
      return number;
    });
  }

  #pods(): WorkloadEndpoint[] {
    const { classes, subjects } = this.#population;
    return classes.slice(0, subjects).map(({ endpoints }) => endpoints[0] as WorkloadEndpoint);
  }

  /** Sorts classes into groups of subjects; those that nothing decides for are in none. */
  groups(subjects: Iterable<number>, by: GroupedBy): SubjectGroup[] {
    const groupOf = (this.#groupOf[by] ??= this.#sort(by));
    const members = new Map<SubjectKind, number[]>();
    for (const index of subjects) {
      const kind = groupOf[index];
      if (kind === undefined) continue;
      const own = members.get(kind);
      if (own === undefined) members.set(kind, [index]);
      else own.push(index);
    }
    return Array.from(members, ([kind, own]) => ({ kind, members: own }));
  }

  /** The kind of each subject, if it is of any. */
  #sort(by: GroupedBy): (SubjectKind | undefined)[] {
    const kinds = new Map<string, SubjectKind>();
    return this.#pods().map((endpoint, index) => {
      const isIsolated = this.#isolation.of(index).length > 0;
      if (by === 'network-policies' ? !isIsolated : this.#tiers === undefined) return undefined;
      const row = `${this.#tiers?.rowOf(index, isIsolated)?.id} ${isIsolated}`;
      const families = this.#families[index]!.join('');
      const nodes = this.direction === 'ingress' ? [...nodesOf(endpoint)].join() : '';
      let key = `${row} ${families} ${nodes}`;
      if (by === 'network-policies')
        key += ` ${this.#isolation.keyOf(index)} ${this.#rules.zones.of[index]!}`;
      let kind = kinds.get(key);
      if (kind === undefined) {
        let clusterRules = this.#clusterRules.get(row);
        if (clusterRules === undefined)
          this.#clusterRules.set(
            row,
            (clusterRules = this.#tiers?.rulesFor(index, isIsolated) ?? []),
          );
        const isolatedBy = by === 'tiers' ? [] : this.#isolation.of(index);
        const allowing = by === 'tiers' ? [] : this.#isolation.allowing(index);
        kinds.set(key, (kind = { isolatedBy, allowing, clusterRules }));
      }
      return kind;
    });
  }

  /** The peers that a rule of a NetworkPolicy matches, or may. */
  peersOf(policy: NetworkPolicy, rule: Rule): ClassSet {
    return this.#remember(rule, () =>
      rule.peers === 'all' ? this.#everyone : this.#union(this.setsOf(policy, rule)),
    );
  }

  /** The sets of classes that the peers of a rule of a NetworkPolicy tell apart. */
  setsOf(policy: NetworkPolicy, { peers }: Rule): ClassSet[] {
    if (peers === 'all') return [];
    return peers.flatMap((peer) => {
      if (peer.kind === 'nothing') return [];
      if (peer.kind === 'pods') return [this.#rules.labels.peersOf(policy, peer)];
      const { sure, pods, nodes, names } = this.#rules.held.get(blockKey(peer))!;
      return [sure, pods, nodes, names];
    });
  }

  /** The peers that a rule of a cluster policy matches, or may. */
  clusterPeersOf(rule: ClusterRule): ClassSet {
    return this.#remember(rule, () =>
      rule.peers === 'all'
        ? this.#everyone
        : this.#union(
            rule.peers.flatMap((peer) => this.#matches.setsOf(peer).map(({ set }) => set)),
          ),
    );
  }

  #remember(rule: Rule | ClusterRule, find: () => ClassSet): ClassSet {
    let peers = this.#peersOf.get(rule);
    if (peers === undefined) this.#peersOf.set(rule, (peers = find()));
    return peers;
  }

  #union(sets: readonly ClassSet[]): ClassSet {
    const size = this.#population.classes.length;
    const some = sets.filter(({ count }) => count > 0);
    return some.length === 0 ? ClassSet.empty(size) : ClassSet.union(size, some);
  }

  /** The ports of a rule that the tiers may come to between two classes: no fewer than it decides on. */
  leftByTiers(subject: number, rule: ClusterRule, peer: number): PortSet {
    const tiers = this.#tiers!;
    const isIsolated = this.#isolation.of(subject).length > 0;
    return tiers.leftTo(subject, isIsolated, tiers.kinds.of[peer]!).get(rule) ?? NO_PORTS;
  }
}
