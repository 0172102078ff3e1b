import { FAMILIES } from '../model/address.ts';
import type { Family } from '../model/address.ts';
import type { Cluster } from '../model/cluster.ts';
import { ALL_PORTS } from '../model/port-set.ts';
import { rulesOf } from '../model/policy.ts';
import type { Direction } from '../model/policy.ts';
import { ClassSet } from './class-set.ts';
import { portNameKey } from './distinctions.ts';
import { familiesOf, isNodeTraffic } from './endpoint.ts';
import type { Endpoint, WorkloadEndpoint } from './endpoint.ts';
import { EVERYTHING, NOTHING, unknownBit } from './grant.ts';
import type { GrantTable } from './grant.ts';
import type { IncomingCell } from './incoming.ts';
import { Isolation } from './isolation.ts';
import { addressView, namedPortsOf, sameNode } from './match.ts';
import type { Id } from './pair-memo.ts';
import type { Population } from './population.ts';
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
  readonly #egress = new Map<string, Profile>();
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
    this.#families = classes.map((_, index) =>
      familiesOf(addressView(cluster, this.#endpoint(index))),
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
    const families = this.#families[index]!;
    const key = `${families.join()}|${index < this.#population.subjects ? (this.isolation.egress.keyOf(index) ?? 'open') : 'open'}`;
    let profile = this.#egress.get(key);
    if (profile === undefined) {
      profile = key.endsWith('open')
        ? openProfile(this.#grants, this.zones, families)
        : profileOf(this.#granted('egress', index), this.zones, families, this.#grants);
      this.#egress.set(key, profile);
    }
    return profile;
  }

  /** What a destination grants on ingress, worked out for it alone. */
  ingressOf(index: number): Profile {
    const families = this.#families[index]!;
    if (index >= this.#population.subjects || this.isolation.ingress.of(index).length === 0) {
      return openProfile(this.#grants, this.zones, families);
    }
    const granted = [...this.#granted('ingress', index), ...this.#fromNodes(index)];
    return (this.#ingress[index] ??= profileOf(granted, this.zones, families, this.#grants));
  }

  *#granted(direction: Direction, index: number): Generator<RuleGrant> {
    const own = namedPortsOf(this.#endpoint(index));
    for (const policy of this.isolation[direction].allowing(index)) {
      for (const rule of rulesOf(policy, direction))
        yield* this.#rules.of(policy, rule, direction, own);
    }
  }

  /** A node's traffic to its own pods passes (N1); where pods run may not be known (D4). */
  *#fromNodes(index: number): Generator<RuleGrant> {
    for (const other of this.#nodeTraffic) {
      const same = sameNode(this.#endpoint(other), this.#endpoint(index));
      if (same === 'no') continue;
      const unknowns = same === 'yes' ? 0 : unknownBit('node-placement');
      const grant = this.#grants.addPorts(ALL_PORTS, FAMILIES, unknowns);
      yield { to: 'set', set: ClassSet.of(this.#population.classes.length, [other]), grant };
    }
  }

  /** The ingress of all destinations: their bases, by kind of source, and the cells beyond those. */
  allIngress(): { bases: Record<SourceKind, Uint32Array>; cells: IncomingCell[] } {
    const { subjects } = this.#population;
    const space = (): Uint32Array => new Uint32Array(subjects);
    const bases = { known: space(), unknown: space(), other: space() };
    const known = this.zones.known.indexOf(true);
    const unknown = this.zones.known.indexOf(false);
    // rules share their sets of peers: one cell for all destinations that grant a set the same
    const destinationsBySources = new Map<ClassSet, Map<Id, number[]>>();
    const destinationsOf = new Map<string, number[]>();
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
      for (const { grant, peers } of own) {
        const byGrant = destinationsBySources.get(peers) ?? new Map<Id, number[]>();
        destinationsBySources.set(peers, byGrant);
        const list = byGrant.get(grant);
        if (list === undefined) byGrant.set(grant, [...destinations]);
        else for (const index of destinations) list.push(index);
      }
    }
    const cells: IncomingCell[] = [];
    for (const [sources, byGrant] of destinationsBySources) {
      for (const [grant, list] of byGrant) cells.push({ grant, sources, destinations: list });
    }
    return { bases, cells };
  }

  /** The kind of source a class is, for {@link allIngress}. */
  kindOf(index: number): SourceKind {
    if (index >= this.#population.subjects) return 'other';
    return this.zones.known[this.zones.of[index]!] ? 'known' : 'unknown';
  }

  /** All that a destination's profile turns on: policies, families, named ports, nodes. */
  #ingressKey(index: number): string {
    const families = this.#families[index]!.join();
    const policies = this.isolation.ingress.keyOf(index);
    if (policies === undefined) return families;
    const { portNames } = this.#population.distinctions;
    const ports = namedPortsOf(this.#endpoint(index))
      .filter((port) => portNames.has(portNameKey(port)))
      .map((port) => `${portNameKey(port)} ${port.number}`);
    const placement = this.#nodeTraffic.map((other) =>
      sameNode(this.#endpoint(other), this.#endpoint(index)),
    );
    return `${families}|${policies}|${ports.join()}|${placement.join()}`;
  }
}
