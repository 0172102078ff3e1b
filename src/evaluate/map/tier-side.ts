import type { ClusterPolicy, ClusterRule, ClusterTier } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Direction } from '../../model/policy.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { GrantTable } from '../grants/grant.ts';
import { ALL_PORTS_ID, NO_PORTS_ID } from '../grants/port-table.ts';
import type { PortTable } from '../grants/port-table.ts';
import type { Id } from '../ids/pair-memo.ts';
import { EMPTY, SequenceIds } from '../ids/sequence-ids.ts';
import type { Population } from '../population/population.ts';
import type { Zones } from '../population/zones.ts';
import { PeerKinds } from './peer-kinds.ts';
import { PeerMatches } from './peer-matches.ts';
import { TIERS, itemOf, placeOf, placedPolicies } from './placed-policies.ts';
import type { Item, PlacedPolicies } from './placed-policies.ts';
import { PolicyRulings } from './policy-rulings.ts';
import type { RuleGrants } from './rule-grants.ts';
import { namesPorts } from './rule-ports.ts';
import { SILENT } from './ruling.ts';
import type { RulingTable } from './ruling.ts';
import { TierRow } from './tier-row.ts';

const NOTHING_LEFT: ReadonlyMap<ClusterRule, PortSet> = new Map<ClusterRule, PortSet>();

/** What the tiers around NetworkPolicy say in one direction, of all classes. */
export class TierSide {
  readonly kinds: PeerKinds;
  readonly #policies: PlacedPolicies;
  readonly #rulings: PolicyRulings;
  readonly #table: RulingTable;
  readonly #ports: PortTable;
  /** Of each class, where that matters: on ingress, what the names of ports stand for is a matter of the subject. */
  readonly #zones: Zones | undefined;
  /** By tier and class: the policies that select it, in order, as a sequence. */
  readonly #keys: Readonly<Record<ClusterTier, Int32Array>>;
  readonly #sequences = new SequenceIds();
  readonly #itemsOf = new Map<Id, readonly Item[]>([[EMPTY, []]]);
  readonly #rows = new Map<number, TierRow>();
  /** By row, then by kind of peer. */
  readonly #left: ReadonlyMap<ClusterRule, PortSet>[][] = [];

  constructor(
    cluster: Cluster,
    population: Population,
    rules: RuleGrants,
    grants: GrantTable,
    table: RulingTable,
    direction: Direction,
  ) {
    const { classes, subjects } = population;
    const { zones } = rules;
    this.#table = table;
    this.#ports = grants.ports;
    this.#policies = placedPolicies(cluster.clusterPolicies, direction);
    this.#keys = { Admin: new Int32Array(subjects), Baseline: new Int32Array(subjects) };
    this.#policies.places.forEach(({ policy }, number) => {
      this.#select(policy, number, rules, this.#keys[policy.tier]);
    });
    const byZone = this.#policies.rules.some(namesPorts);
    if (byZone && direction === 'ingress') this.#zones = zones;
    const apart = Int32Array.from(classes, (_, index) =>
      byZone && direction === 'egress' && index < subjects ? zones.of[index]! + 1 : 0,
    );
    const matches = new PeerMatches(cluster, population, rules.labels, rules.held);
    this.kinds = new PeerKinds(this.#policies.rules, matches, apart);
    this.#rulings = new PolicyRulings(this.#policies, this.kinds, zones, subjects, grants, table);
  }

  /** Notes the policy for the classes it selects, and may select. */
  #select(
    { subject: { namespaces, pods = [] } }: ClusterPolicy,
    number: number,
    { labels }: RuleGrants,
    keys: Int32Array,
  ): void {
    const note = (index: number, item: Item): void => {
      const before = keys[index]!;
      const key = (keys[index] = this.#sequences.longer(before, item));
      if (!this.#itemsOf.has(key)) this.#itemsOf.set(key, [...this.#itemsOf.get(before)!, item]);
    };
    const surely = labels.inSelected(namespaces, pods);
    surely.forEach((index) => note(index, itemOf(number, true)));
    if (!labels.hasUnreadable) return;
    const possibly = labels.possiblySelected(namespaces, pods).subtract(surely);
    possibly.forEach((index) => note(index, itemOf(number, false)));
  }

  /**
   * What the tiers say for a class, by kind of peer: the Admin tier, and where no NetworkPolicy isolates it
   * the Baseline tier too. Undefined when no policy of these tiers selects it.
   */
  rowOf(index: number, isIsolated: boolean): TierRow | undefined {
    const admin = this.#keys.Admin[index]!;
    const baseline = isIsolated ? EMPTY : this.#keys.Baseline[index]!;
    if (admin === EMPTY && baseline === EMPTY) return undefined;
    const zone = this.#zones?.of[index];
    const pair = admin * this.#sequences.count + baseline;
    const key = this.#zones === undefined ? pair : pair * this.#zones.count + zone!;
    let row = this.#rows.get(key);
    if (row === undefined) {
      const rulings = this.#ofItems(admin, zone);
      const ofNext = this.#ofItems(baseline, zone);
      for (let kind = 0; kind < rulings.length; kind++)
        rulings[kind] = this.#table.next(rulings[kind]!, ofNext[kind]!);
      row = new TierRow(this.#rows.size + 1, this.kinds, this.#table, rulings);
      this.#rows.set(key, row);
    }
    return row;
  }

  /** By kind of peer: what policies of a tier decide, one after the other. */
  #ofItems(key: Id, zone: number | undefined): Int32Array {
    const rulings = new Int32Array(this.kinds.count).fill(SILENT);
    for (const item of this.#itemsOf.get(key)!) {
      const own = this.#rulings.ofItem(item, zone);
      for (let kind = 0; kind < own.length; kind++)
        rulings[kind] = this.#table.after(rulings[kind]!, own[kind]!);
    }
    return rulings;
  }

  /** The rules that are asked of a class, in order. */
  rulesFor(index: number, isIsolated: boolean): readonly ClusterRule[] {
    return this.#itemsFor(index, isIsolated).flatMap((items) =>
      items.flatMap((item) => {
        const { first, end } = placeOf(this.#policies, item);
        return this.#policies.rules.slice(first, end);
      }),
    );
  }

  /**
   * By rule, the ports it is for at a kind of peer and that no rule before it surely decides, over whatever
   * family: no fewer than those on which it decides for the class. Kept for all classes of the same row.
   */
  leftTo(index: number, isIsolated: boolean, kind: number): ReadonlyMap<ClusterRule, PortSet> {
    const row = this.rowOf(index, isIsolated);
    if (row === undefined) return NOTHING_LEFT;
    const ofRow = (this.#left[row.id] ??= []);
    return (ofRow[kind] ??= this.#findLeft(index, isIsolated, kind));
  }

  #findLeft(index: number, isIsolated: boolean, kind: number): ReadonlyMap<ClusterRule, PortSet> {
    const ports = this.#ports;
    const zone = this.#zones?.of[index];
    const left = new Map<ClusterRule, PortSet>();
    let open: Id = ALL_PORTS_ID;
    for (const items of this.#itemsFor(index, isIsolated)) {
      let before = SILENT;
      for (const item of items) {
        for (const rule of this.#rulings.rulesOf(item, kind)) {
          const asked = ports.intersect(open, this.#table.silentOf(before));
          const own = ports.intersect(asked, this.#rulings.portsOf(rule, kind, zone));
          if (own !== NO_PORTS_ID) left.set(this.#policies.rules[rule]!, ports.get(own));
          before = this.#table.after(before, this.#rulings.ofRule(item, rule, kind, zone));
        }
      }
      open = ports.intersect(open, this.#table.openOf(before));
    }
    return left;
  }

  /** The policies that select a class, surely or perhaps, by the tiers that are asked. */
  #itemsFor(index: number, isIsolated: boolean): (readonly Item[])[] {
    const asked = isIsolated ? TIERS.slice(0, 1) : TIERS;
    return asked.map((tier) => this.#itemsOf.get(this.#keys[tier][index]!)!);
  }
}
