import { FAMILIES } from '../../model/address.ts';
import { clusterRulesOf, inTier } from '../../model/cluster-policy.ts';
import type { ClusterPolicy, ClusterRule, ClusterTier } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Direction } from '../../model/policy.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { GrantTable } from '../grants/grant.ts';
import { ALL_PORTS_ID, NO_PORTS_ID } from '../grants/port-table.ts';
import type { Id } from '../ids/pair-memo.ts';
import { EMPTY, SequenceIds } from '../ids/sequence-ids.ts';
import type { Population } from '../population/population.ts';
import { effectOf } from '../verdict/cluster-effect.ts';
import { clusterPortsOf } from '../verdict/cluster-ports.ts';
import { PeerKinds } from './peer-kinds.ts';
import { PeerMatches } from './peer-matches.ts';
import type { RuleGrants } from './rule-grants.ts';
import { SILENT } from './ruling.ts';
import type { Matching, RulingTable } from './ruling.ts';
import { TierRow } from './tier-row.ts';

const TIERS: readonly ClusterTier[] = ['Admin', 'Baseline'];
const SURE = 1;
const NOTHING_LEFT: ReadonlyMap<ClusterRule, PortSet> = new Map<ClusterRule, PortSet>();

/** Where the rules of a policy are among the rules of all policies of a direction, which are in tier order. */
interface Placed {
  readonly policy: ClusterPolicy;
  readonly first: number;
  readonly end: number;
}

/** What the tiers around NetworkPolicy say in one direction, of all classes. */
export class TierSide {
  readonly kinds: PeerKinds;
  readonly #rulings: RulingTable;
  readonly #direction: Direction;
  readonly #rules: readonly ClusterRule[];
  readonly #placed: readonly Placed[];
  readonly #subjects: number;
  readonly #grants: GrantTable;
  readonly #zones: RuleGrants['zones'];
  /** By tier and class: the policies that select it, in order. */
  readonly #keys: Readonly<Record<ClusterTier, Int32Array>>;
  readonly #policiesOf = new Map<Id, readonly number[]>([[EMPTY, []]]);
  readonly #rows = new Map<string, TierRow>();
  /** By policy, whether it surely selects, and zone; then by kind of peer: the ruling plus one, 0 when not known. */
  readonly #ofPolicy: Int32Array[] = [];
  /** By row, then by kind of peer. */
  readonly #left: ReadonlyMap<ClusterRule, PortSet>[][] = [];
  /** Whether a rule asks for the names of ports, so that zones matter. */
  readonly #namesPorts: boolean;

  constructor(
    cluster: Cluster,
    population: Population,
    rules: RuleGrants,
    grants: GrantTable,
    rulings: RulingTable,
    direction: Direction,
  ) {
    const { classes, subjects } = population;
    this.#direction = direction;
    this.#subjects = subjects;
    this.#grants = grants;
    this.#zones = rules.zones;
    this.#rulings = rulings;
    const all: ClusterRule[] = [];
    const placed: Placed[] = [];
    const keys = { Admin: new Int32Array(subjects), Baseline: new Int32Array(subjects) };
    const sequences = new SequenceIds();
    for (const tier of TIERS) {
      for (const policy of inTier(cluster.clusterPolicies, tier)) {
        const first = all.length;
        all.push(...clusterRulesOf(policy, direction));
        if (all.length === first) continue;
        const number = placed.push({ policy, first, end: all.length }) - 1;
        this.#select(policy, number, rules, keys[tier], sequences);
      }
    }
    this.#keys = keys;
    this.#rules = all;
    this.#placed = placed;
    this.#namesPorts = all.some(
      ({ ports }) => ports !== 'all' && ports.some(({ kind }) => kind === 'named'),
    );
    const byZone = direction === 'egress' && this.#namesPorts;
    const apart = Int32Array.from(classes, (_, index) =>
      byZone && index < subjects ? this.#zones.of[index]! + 1 : 0,
    );
    const matches = new PeerMatches(cluster, population, rules.labels, rules.held);
    this.kinds = new PeerKinds(all, matches, apart);
  }

  /** Notes the policy for the classes it selects, and may select. */
  #select(
    { subject: { namespaces, pods = [] } }: ClusterPolicy,
    number: number,
    { labels }: RuleGrants,
    keys: Int32Array,
    sequences: SequenceIds,
  ): void {
    const note = (index: number, item: number): void => {
      const before = keys[index]!;
      const key = (keys[index] = sequences.longer(before, item));
      if (!this.#policiesOf.has(key))
        this.#policiesOf.set(key, [...this.#policiesOf.get(before)!, item]);
    };
    const surely = labels.inSelected(namespaces, pods);
    surely.forEach((index) => note(index, number * 2 + SURE));
    if (!labels.hasUnreadable) return;
    const possibly = labels.possiblySelected(namespaces, pods).subtract(surely);
    possibly.forEach((index) => note(index, number * 2));
  }

  /**
   * What the tiers say for a class, by kind of peer: the Admin tier, and where no NetworkPolicy isolates it
   * the Baseline tier too. Undefined when no policy of these tiers selects it.
   */
  rowOf(index: number, isIsolated: boolean): TierRow | undefined {
    const admin = this.#keys.Admin[index]!;
    const baseline = isIsolated ? EMPTY : this.#keys.Baseline[index]!;
    if (admin === EMPTY && baseline === EMPTY) return undefined;
    const zone = this.#zoneOf(index);
    const key = `${admin} ${baseline} ${zone}`;
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = new TierRow(this.#rows.size + 1, this.kinds, this.#rulings, (kind) =>
        this.#rulings.next(
          this.#ofPolicies(admin, kind, zone),
          this.#ofPolicies(baseline, kind, zone),
        ),
      );
      this.#rows.set(key, row);
    }
    return row;
  }

  /** The rules that are asked of a class, in order. */
  rulesFor(index: number, isIsolated: boolean): readonly ClusterRule[] {
    return this.#itemsFor(index, isIsolated).flatMap((items) =>
      items.flatMap((item) => {
        const { first, end } = this.#placed[item >>> 1]!;
        return this.#rules.slice(first, end);
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
    const { ports } = this.#grants;
    const zone = this.#zoneOf(index);
    const left = new Map<ClusterRule, PortSet>();
    let open: Id = ALL_PORTS_ID;
    for (const items of this.#itemsFor(index, isIsolated)) {
      let before = SILENT;
      for (const item of items) {
        for (const number of this.#rulesOf(item, kind)) {
          const rule = this.#rules[number]!;
          const asked = ports.intersect(open, this.#rulings.silentOf(before));
          const own = ports.intersect(asked, this.#portsOf(rule, kind, zone));
          if (own !== NO_PORTS_ID) left.set(rule, ports.get(own));
          before = this.#rulings.after(
            before,
            this.#ofRule(number, kind, zone, this.#isSure(item)),
          );
        }
      }
      open = ports.intersect(open, this.#rulings.openOf(before));
    }
    return left;
  }

  /** The policies that select a class, surely or perhaps, by the tiers that are asked. */
  #itemsFor(index: number, isIsolated: boolean): (readonly number[])[] {
    const asked = isIsolated ? TIERS.slice(0, 1) : TIERS;
    return asked.map((tier) => this.#policiesOf.get(this.#keys[tier][index]!)!);
  }

  /** On ingress, what the names of ports stand for is a matter of the subject. */
  #zoneOf(index: number): number | undefined {
    return this.#direction === 'ingress' && this.#namesPorts ? this.#zones.of[index]! : undefined;
  }

  #ofPolicies(key: Id, kind: number, zone: number | undefined): Id {
    let ruling = SILENT;
    for (const item of this.#policiesOf.get(key)!)
      ruling = this.#rulings.after(ruling, this.#rulingOf(item, kind, zone));
    return ruling;
  }

  #rulingOf(item: number, kind: number, zone: number | undefined): Id {
    const place = item * (this.#zones.count + 1) + (zone ?? this.#zones.count);
    const byKind = (this.#ofPolicy[place] ??= new Int32Array(this.kinds.count));
    if (byKind[kind] !== 0) return byKind[kind]! - 1;
    let ruling = SILENT;
    for (const rule of this.#rulesOf(item, kind))
      ruling = this.#rulings.after(ruling, this.#ofRule(rule, kind, zone, this.#isSure(item)));
    byKind[kind] = ruling + 1;
    return ruling;
  }

  /** The rules of a policy that match a kind, or may, as numbers. */
  #rulesOf(item: number, kind: number): number[] {
    const { first, end } = this.#placed[item >>> 1]!;
    return this.kinds.rules[kind]!.filter((rule) => rule >= first && rule < end);
  }

  #isSure(item: number): boolean {
    return (item & SURE) !== 0 && this.#placed[item >>> 1]!.policy.isSure;
  }

  /** Where it is not known whom or when a rule is for, it can only deny (decisions D21 to D23). */
  #ofRule(number: number, kind: number, subjectZone: number | undefined, isSure: boolean): Id {
    const rule = this.#rules[number]!;
    const ports = this.#portsOf(rule, kind, subjectZone);
    if (ports === NO_PORTS_ID) return SILENT;
    const { surely, possibly, unknowns } = this.kinds.match(kind, number);
    const effect = effectOf(rule.action, isSure, isSame(surely, possibly));
    if (effect === undefined) return SILENT;
    const matching = effect.on === 'surely' ? surely : possibly;
    return this.#rulings.ofRule(effect.action, ports, matching, unknowns);
  }

  /** The ports of a rule: names stand for those of the destination, which on egress is the peer. */
  #portsOf(rule: ClusterRule, kind: number, subjectZone: number | undefined): Id {
    const example = this.kinds.examples[kind]!;
    const peerZone = example < this.#subjects ? this.#zones.of[example] : undefined;
    const zone = this.#direction === 'egress' ? peerZone : subjectZone;
    const named = zone === undefined ? [] : this.#zones.ports[zone]!;
    return this.#grants.ports.add(clusterPortsOf(rule, named));
  }
}

function isSame(a: Matching, b: Matching): boolean {
  return FAMILIES.every((family) => a[family] === b[family]);
}
