import { isNodeTraffic } from '../../evaluate/verdict/endpoint.ts';
import { EVERYTHING, NOTHING } from '../../evaluate/grants/grant.ts';
import type { GrantTable } from '../../evaluate/grants/grant.ts';
import type { Id } from '../../evaluate/ids/pair-memo.ts';
import type { Population } from '../../evaluate/population/population.ts';
import { grantOf } from '../../evaluate/map/profile.ts';
import type { Sides } from '../../evaluate/map/sides.ts';
import type { TierSide } from '../../evaluate/map/tier-side.ts';
import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import type { Direction } from '../../model/policy.ts';
import {
  ALL_PORTS,
  NO_PORTS,
  intersectPorts,
  subtractPorts,
  unionPorts,
} from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';

/** By which of the families that two ends have in common a connection is told of over; the first may be the only. */
export interface OfFamilies<T> {
  readonly first: T;
  readonly second: T;
}

/** On which ports something is left to the NetworkPolicies of one direction, by subject and peer. */
export class PortsLeft {
  readonly #population: Population;
  readonly #grants: GrantTable;
  readonly #networkPolicies: Sides;
  readonly #families: readonly (readonly Family[])[];
  readonly #tiers: TierSide | undefined;
  readonly #direction: Direction;
  /** By row of the Admin tier, then by its kind of peers: what it may leave to the NetworkPolicies. */
  readonly #left: PortSet[][] = [];
  readonly #deniable = new Map<string, OfFamilies<PortSet>>();

  /** `networkPolicies`: what those say without the tiers around them; `families`: by class. */
  constructor(
    population: Population,
    grants: GrantTable,
    networkPolicies: Sides,
    families: readonly (readonly Family[])[],
    tiers: TierSide | undefined,
    direction: Direction,
  ) {
    this.#population = population;
    this.#grants = grants;
    this.#networkPolicies = networkPolicies;
    this.#families = families;
    this.#tiers = tiers;
    this.#direction = direction;
  }

  /** The ports on which the Admin tier may leave it to the NetworkPolicies; no fewer than there are. */
  byAdmin(subject: number, peer: number): PortSet {
    const row = this.#tiers?.rowOf(subject, true);
    if (row === undefined) return ALL_PORTS;
    const kind = this.#tiers!.kinds.of[peer]!;
    const ofRow = (this.#left[row.id] ??= []);
    return (ofRow[kind] ??= this.#leftOf(
      row.grantOf(kind, EVERYTHING),
      row.grantOf(kind, NOTHING),
    ));
  }

  /**
   * The ports on which the NetworkPolicies of a subject may deny a peer: where the Admin tier leaves it to them,
   * and they open nothing. No fewer than there are. Over the second of two families it is only where a rule
   * before them may accept: a connection is told of over that one where it allows more.
   */
  deniable(subject: number, peer: number): OfFamilies<PortSet> {
    const endpoint = this.#population.classes[peer]!.endpoints[0]!;
    if (isNodeTraffic(endpoint)) {
      // what they deny to a node may be open all the same, if it is the pod's own
      const left = this.byAdmin(subject, peer);
      return { first: left, second: left };
    }
    const row = this.#tiers?.rowOf(subject, true);
    const kind = this.#tiers?.kinds.of[peer] ?? 0;
    const granted = this.#grantedByNetworkPolicies(subject, peer);
    const families = this.familiesBetween(subject, peer);
    const key = `${row?.id} ${kind} ${granted} ${families.join('')}`;
    let ports = this.#deniable.get(key);
    if (ports === undefined) {
      const [most, least] = [EVERYTHING, NOTHING].map((all) => row?.grantOf(kind, all) ?? all);
      const [first, second] = families.map((family, i) => {
        const left = subtractPorts(this.#possible(most!, family), this.#certain(least!, family));
        const told = i === 0 ? left : intersectPorts(left, this.#possible(least!, family));
        return subtractPorts(told, this.#possible(granted, family));
      });
      ports = { first: first ?? NO_PORTS, second: second ?? NO_PORTS };
      this.#deniable.set(key, ports);
    }
    return ports;
  }

  #grantedByNetworkPolicies(subject: number, peer: number): Id {
    const sides = this.#networkPolicies;
    const own = this.#direction === 'egress' ? sides.egressOf(subject) : sides.ingressOf(subject);
    return grantOf(own, peer, sides.districts[this.#direction], this.#grants);
  }

  /** The families that two classes have in common, in the order in which they are asked. */
  familiesBetween(subject: number, peer: number): readonly Family[] {
    const [own, other] = [this.#families[subject]!, this.#families[peer]!];
    return own.filter((family) => other.includes(family));
  }

  #possible(grant: Id, family: Family): PortSet {
    const { leaves, ports } = this.#grants;
    return ports.get(leaves.possible(this.#grants.partsOf(grant)[family]));
  }

  #certain(grant: Id, family: Family): PortSet {
    const { leaves, ports } = this.#grants;
    return ports.get(leaves.certain(this.#grants.partsOf(grant)[family]));
  }

  /** What is surely decided is open where NetworkPolicies open nothing, or closed where they open all. */
  #leftOf(most: Id, least: Id): PortSet {
    return FAMILIES.map((family) =>
      subtractPorts(this.#possible(most, family), this.#certain(least, family)),
    ).reduce(unionPorts, NO_PORTS);
  }
}
