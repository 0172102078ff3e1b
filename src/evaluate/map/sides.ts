import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import { clusterRulesOf } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { rulesOf } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import { EVERYTHING } from '../grants/grant.ts';
import type { GrantTable } from '../grants/grant.ts';
import { ALL_PORTS_ID } from '../grants/port-table.ts';
import { unknownBit } from '../grants/unknown-bits.ts';
import type { Id } from '../ids/pair-memo.ts';
import { ClassSet } from '../population/class-set.ts';
import type { Population } from '../population/population.ts';
import type { Zones } from '../population/zones.ts';
import { familiesOf, isNodeTraffic } from '../verdict/endpoint.ts';
import type { Endpoint, WorkloadEndpoint } from '../verdict/endpoint.ts';
import { addressView, sameNode } from '../verdict/match.ts';
import { Districts } from './districts.ts';
import { Isolation, OPEN } from './isolation.ts';
import { openProfile, profileOf } from './profile.ts';
import type { Cell, Profile, ZoneProfile } from './profile.ts';
import { RuleGrants } from './rule-grants.ts';
import type { RuleGrant } from './rule-grants.ts';
import { RulingTable } from './ruling.ts';
import type { TierRow } from './tier-row.ts';
import { TierSide } from './tier-side.ts';

/** What the policies of all tiers say at both ends, by class: egress of sources, ingress of destinations. */
export class Sides {
  readonly isolation: Readonly<Record<Direction, Isolation>>;
  /** What each class lets through where no policy applies to it: everything over its families. */
  readonly open: Int32Array;
  readonly districts: Readonly<Record<Direction, Districts>>;
  readonly #population: Population;
  readonly #grants: GrantTable;
  readonly #rules: RuleGrants;
  /** Undefined where they have no rule in the direction. */
  readonly #tiers: Readonly<Record<Direction, TierSide | undefined>>;
  readonly #families: readonly (readonly Family[])[];
  readonly #nodeTraffic: readonly number[];
  readonly #zones: Zones;
  readonly #egress: (Profile | undefined)[] = [];
  readonly #egressProfiles = new Map<number, Profile>();
  readonly #ingress: (Profile | undefined)[] = [];
  readonly #bases: Readonly<Record<Direction, Map<string, Int32Array>>> = {
    ingress: new Map<string, Int32Array>(),
    egress: new Map<string, Int32Array>(),
  };

  /** `rules`: those of a cluster that has at least these policies, if they are at hand. */
  constructor(
    cluster: Cluster,
    population: Population,
    grants: GrantTable,
    rules: RuleGrants = new RuleGrants(cluster, population, grants),
  ) {
    this.#population = population;
    this.#grants = grants;
    const { classes, subjects } = population;
    this.#rules = rules;
    const zones = (this.#zones = this.#rules.zones);
    const pods = classes
      .slice(0, subjects)
      .map(({ endpoints }) => endpoints[0] as WorkloadEndpoint);
    this.isolation = {
      ingress: new Isolation(cluster, pods, this.#rules, 'ingress'),
      egress: new Isolation(cluster, pods, this.#rules, 'egress'),
    };
    this.#families = classes.map(({ endpoints: [endpoint] }) =>
      endpoint!.kind === 'addresses'
        ? ONLY[endpoint!.family]
        : familiesOf(addressView(cluster, endpoint!)),
    );
    this.open = Int32Array.from(this.#families, (families) =>
      grants.restrict(EVERYTHING, families),
    );
    this.#nodeTraffic = classes
      .map(({ index }) => index)
      .filter((index) => isNodeTraffic(this.#endpoint(index)));
    const rulings = new RulingTable(grants);
    const tiersOf = (direction: Direction): TierSide | undefined =>
      cluster.clusterPolicies.some((policy) => clusterRulesOf(policy, direction).length > 0)
        ? new TierSide(cluster, population, this.#rules, grants, rulings, direction)
        : undefined;
    this.#tiers = { ingress: tiersOf('ingress'), egress: tiersOf('egress') };
    const egressKinds = this.#tiers.egress?.kinds;
    const ingressKinds = this.#tiers.ingress?.kinds;
    this.districts = {
      egress: new Districts(population, zones, (zone) => zone, egressKinds),
      // no grant to sources turns on their port names, only on whether their address is known
      ingress: new Districts(
        population,
        zones,
        (zone) => (zones.known[zone] ? 1 : 0),
        ingressKinds,
      ),
    };
  }

  #endpoint(index: number): Endpoint {
    return this.#population.classes[index]!.endpoints[0]!;
  }

  /** Whether any policy, of whatever tier, has a say for the class in the direction. */
  isHeld(index: number, direction: Direction): boolean {
    return (
      this.isolation[direction].of(index).length > 0 || this.#row(direction, index) !== undefined
    );
  }

  #row(direction: Direction, index: number): TierRow | undefined {
    const isIsolated = this.isolation[direction].keyOf(index) !== OPEN;
    return this.#tiers[direction]?.rowOf(index, isIsolated);
  }

  /** What a source grants on egress; classes the same policies isolate share one profile. */
  egressOf(index: number): Profile {
    return (this.#egress[index] ??= this.#findEgress(index));
  }

  #findEgress(index: number): Profile {
    const families = this.#families[index]!;
    const policies = this.isolation.egress.keyOf(index);
    const row = index < this.#population.subjects ? this.#row('egress', index) : undefined;
    const key = ((row?.id ?? 0) * MOST_KEYS + policies) * KINDS_OF_FAMILIES + kindOf(families);
    let profile = this.#egressProfiles.get(key);
    if (profile === undefined) {
      const ofZones =
        policies === OPEN
          ? openProfile(this.#grants, this.#zones, families)
          : profileOf(this.#granted('egress', index), this.#zones, families, this.#grants);
      this.#egressProfiles.set(key, (profile = this.#behind(row, 'egress', ofZones, families)));
    }
    return profile;
  }

  /** What a destination grants on ingress, worked out for it alone. */
  ingressOf(index: number): Profile {
    return (this.#ingress[index] ??= this.#findIngress(index));
  }

  #findIngress(index: number): Profile {
    const families = this.#families[index]!;
    const isSubject = index < this.#population.subjects;
    const row = isSubject ? this.#row('ingress', index) : undefined;
    const isIsolated = isSubject && this.isolation.ingress.of(index).length > 0;
    const ofZones = isIsolated
      ? profileOf(this.#granted('ingress', index), this.#zones, families, this.#grants)
      : openProfile(this.#grants, this.#zones, families);
    const profile = this.#behind(row, 'ingress', ofZones, families);
    const fromNodes = isIsolated || row !== undefined ? this.#fromNodes(index, families) : [];
    return fromNodes.length === 0
      ? profile
      : { ...profile, cells: [...profile.cells, ...fromNodes] };
  }

  /** What is left of a profile behind what the tiers around NetworkPolicy decide. */
  #behind(
    row: TierRow | undefined,
    direction: Direction,
    { zoneBases, otherBase, key, cells }: ZoneProfile,
    families: readonly Family[],
  ): Profile {
    const districts = this.districts[direction];
    const all = this.#bases[direction];
    const restrict = (grant: Id): Id => this.#grants.restrict(grant, families);
    const ownKey = row === undefined ? key : `${key} ${row.id} ${kindOf(families)}`;
    let bases = all.get(ownKey);
    if (bases === undefined) {
      bases =
        row === undefined
          ? Int32Array.from(districts.zone, (own) => (own === -1 ? otherBase : zoneBases[own]!))
          : row.basesOf(districts, zoneBases, otherBase);
      if (row !== undefined && families.length < FAMILIES.length)
        for (let district = 0; district < bases.length; district++)
          bases[district] = restrict(bases[district]!);
      all.set(ownKey, bases);
    }
    if (row === undefined) return { bases, key, cells };
    const left: Cell[] = [];
    const add = (grant: Id, peers: ClassSet): void => {
      left.push({ grant: restrict(grant), peers });
    };
    for (const cell of cells) row.forEachLeft(cell, add);
    return { bases, key: ownKey, cells: left };
  }

  /** What the policies of a class grant, rule by rule. */
  #granted(direction: Direction, index: number): (readonly RuleGrant[])[] {
    const granted: (readonly RuleGrant[])[] = [];
    for (const policy of this.isolation[direction].allowing(index)) {
      for (const rule of rulesOf(policy, direction))
        granted.push(this.#rules.of(policy, rule, direction, this.#zones.of[index]!));
    }
    return granted;
  }

  /** A node's traffic to its own pods passes (N1), whatever the tier (D26); where pods run may not be known (D4). */
  #fromNodes(index: number, families: readonly Family[]): Cell[] {
    const cells: Cell[] = [];
    for (const other of this.#nodeTraffic) {
      const same = sameNode(this.#endpoint(other), this.#endpoint(index));
      if (same === 'no') continue;
      const unknowns = same === 'yes' ? 0 : unknownBit('node-placement');
      const grant = this.#grants.addPorts(ALL_PORTS_ID, FAMILIES, unknowns);
      const peers = ClassSet.of(this.#population.classes.length, [other]);
      cells.push({ grant: this.#grants.restrict(grant, families), peers });
    }
    return cells;
  }

  /** Equal for destinations with the same profile: it turns on policies, families, named ports (by zone), nodes. */
  ingressKey(index: number): number | string {
    const families = kindOf(this.#families[index]!);
    const policies = this.isolation.ingress.keyOf(index);
    const row = this.#row('ingress', index);
    if (policies === OPEN && row === undefined) return families;
    const zone = this.#zones.of[index]!;
    const own = ((row?.id ?? 0) * MOST_KEYS + policies) * this.#zones.count + zone;
    const key = own * KINDS_OF_FAMILIES + families;
    if (this.#nodeTraffic.length === 0) return key;
    const placement = this.#nodeTraffic.map((other) =>
      sameNode(this.#endpoint(other), this.#endpoint(index)),
    );
    return `${key} ${placement.join()}`;
  }
}

const ONLY: Readonly<Record<Family, readonly Family[]>> = { 4: [4], 6: [6] };

const KINDS_OF_FAMILIES = 4;
/** Keys of isolation are below it. */
const MOST_KEYS = 0x100_0000;

/** A number below {@link KINDS_OF_FAMILIES} for each choice of families. */
function kindOf(families: readonly Family[]): number {
  return (families.includes(4) ? 1 : 0) + (families.includes(6) ? 2 : 0);
}
