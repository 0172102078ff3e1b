import { FAMILIES } from '../model/address.ts';
import type { Family } from '../model/address.ts';
import type { Cluster } from '../model/cluster.ts';
import { rulesOf } from '../model/policy.ts';
import type { Direction } from '../model/policy.ts';
import { ClassSet } from './class-set.ts';
import { familiesOf, isNodeTraffic } from './endpoint.ts';
import type { Endpoint, WorkloadEndpoint } from './endpoint.ts';
import { EVERYTHING, NOTHING, unknownBit } from './grant.ts';
import type { GrantTable } from './grant.ts';
import { IncomingCells } from './incoming-cells.ts';
import type { IncomingCell } from './incoming-cells.ts';
import { Isolation, OPEN } from './isolation.ts';
import { addressView, sameNode } from './match.ts';
import type { Population } from './population.ts';
import { ALL_PORTS_ID } from './port-table.ts';
import { openProfile, profileOf } from './profile.ts';
import type { Profile } from './profile.ts';
import { RuleGrants } from './rule-grants.ts';
import type { RuleGrant } from './rule-grants.ts';
import type { Zones } from './zones.ts';

/** Sources an ingress profile may grant different bases: pods by whether their address is known, and the rest. */
export type SourceKind = 'known' | 'unknown' | 'other';

/** What the policies say at both ends, by class: egress of sources, ingress of destinations. */
export class Sides {
  readonly isolation: Readonly<Record<Direction, Isolation>>;
  /** What each class lets through where no policy applies to it: everything over its families. */
  readonly open: Uint32Array;
  readonly #population: Population;
  readonly #grants: GrantTable;
  readonly #rules: RuleGrants;
  readonly #families: readonly (readonly Family[])[];
  readonly #nodeTraffic: readonly number[];
  readonly zones: Zones;
  readonly #egress: (Profile | undefined)[] = [];
  readonly #egressProfiles = new Map<number, Profile>();
  readonly #ingress: (Profile | undefined)[] = [];

  constructor(cluster: Cluster, population: Population, grants: GrantTable) {
    this.#population = population;
    this.#grants = grants;
    const { classes, subjects } = population;
    this.#rules = new RuleGrants(cluster, population, grants);
    this.zones = this.#rules.zones;
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
    this.open = Uint32Array.from(this.#families, (families) =>
      grants.restrict(EVERYTHING, families),
    );
    this.#nodeTraffic = classes
      .map(({ index }) => index)
      .filter((index) => isNodeTraffic(this.#endpoint(index)));
  }

  #endpoint(index: number): Endpoint {
    return this.#population.classes[index]!.endpoints[0]!;
  }

  /** What a source grants on egress; classes the same policies isolate share one profile. */
  egressOf(index: number): Profile {
    return (this.#egress[index] ??= this.#findEgress(index));
  }

  #findEgress(index: number): Profile {
    const families = this.#families[index]!;
    const policies = this.isolation.egress.keyOf(index);
    const key = policies * KINDS_OF_FAMILIES + kindOf(families);
    let profile = this.#egressProfiles.get(key);
    if (profile === undefined) {
      profile =
        policies === OPEN
          ? openProfile(this.#grants, this.zones, families)
          : profileOf(this.#granted('egress', index), this.zones, families, this.#grants);
      this.#egressProfiles.set(key, profile);
    }
    return profile;
  }

  /** What a destination grants on ingress, worked out for it alone. */
  ingressOf(index: number): Profile {
    const families = this.#families[index]!;
    if (index >= this.#population.subjects || this.isolation.ingress.of(index).length === 0) {
      return openProfile(this.#grants, this.zones, families);
    }
    return (this.#ingress[index] ??= profileOf(
      [...this.#granted('ingress', index), this.#fromNodes(index)],
      this.zones,
      families,
      this.#grants,
    ));
  }

  /** What the policies of a class grant, rule by rule. */
  #granted(direction: Direction, index: number): (readonly RuleGrant[])[] {
    const granted: (readonly RuleGrant[])[] = [];
    for (const policy of this.isolation[direction].allowing(index)) {
      for (const rule of rulesOf(policy, direction))
        granted.push(this.#rules.of(policy, rule, direction, this.zones.of[index]!));
    }
    return granted;
  }

  /** A node's traffic to its own pods passes (N1); where pods run may not be known (D4). */
  #fromNodes(index: number): RuleGrant[] {
    const granted: RuleGrant[] = [];
    for (const other of this.#nodeTraffic) {
      const same = sameNode(this.#endpoint(other), this.#endpoint(index));
      if (same === 'no') continue;
      const unknowns = same === 'yes' ? 0 : unknownBit('node-placement');
      const grant = this.#grants.addPorts(ALL_PORTS_ID, FAMILIES, unknowns);
      const set = ClassSet.of(this.#population.classes.length, [other]);
      granted.push({ to: 'set', set, grant });
    }
    return granted;
  }

  /** The ingress of all destinations: their bases, by kind of source, and the cells beyond those. */
  allIngress(): { bases: Record<SourceKind, Uint32Array>; cells: readonly IncomingCell[] } {
    const { subjects } = this.#population;
    const space = (): Uint32Array => new Uint32Array(subjects);
    const bases = { known: space(), unknown: space(), other: space() };
    const known = this.zones.known.indexOf(true);
    const unknown = this.zones.known.indexOf(false);
    const cells = new IncomingCells();
    const destinationsOf = new Map<number | string, number[]>();
    for (let index = 0; index < subjects; index++) {
      const key = this.#ingressKey(index);
      const alike = destinationsOf.get(key);
      if (alike === undefined) destinationsOf.set(key, [index]);
      else alike.push(index);
    }
    for (const destinations of destinationsOf.values()) {
      const { zoneBases, otherBase, cells: own } = this.ingressOf(destinations[0]!);
      for (const index of destinations) {
        // on ingress no grant turns on a source's port names, only on its address
        bases.known[index] = zoneBases[known] ?? NOTHING;
        bases.unknown[index] = zoneBases[unknown] ?? NOTHING;
        bases.other[index] = otherBase;
      }
      for (const { grant, peers } of own) cells.add(peers, grant, destinations);
    }
    return { bases, cells: cells.list() };
  }

  /** The kind of source a class is, for {@link allIngress}. */
  kindOf(index: number): SourceKind {
    if (index >= this.#population.subjects) return 'other';
    return this.zones.known[this.zones.of[index]!] ? 'known' : 'unknown';
  }

  /** All that a destination's profile turns on: policies, families, named ports (by zone), nodes. */
  #ingressKey(index: number): number | string {
    const families = kindOf(this.#families[index]!);
    const policies = this.isolation.ingress.keyOf(index);
    if (policies === OPEN) return families;
    const zone = this.zones.of[index]!;
    const key = (policies * this.zones.count + zone) * KINDS_OF_FAMILIES + families;
    if (this.#nodeTraffic.length === 0) return key;
    const placement = this.#nodeTraffic.map((other) =>
      sameNode(this.#endpoint(other), this.#endpoint(index)),
    );
    return `${key} ${placement.join()}`;
  }
}

const ONLY: Readonly<Record<Family, readonly Family[]>> = { 4: [4], 6: [6] };

const KINDS_OF_FAMILIES = 4;

/** A number below {@link KINDS_OF_FAMILIES} for each choice of families. */
function kindOf(families: readonly Family[]): number {
  return (families.includes(4) ? 1 : 0) + (families.includes(6) ? 2 : 0);
}
