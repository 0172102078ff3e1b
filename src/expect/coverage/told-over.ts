import type { Id } from '../../evaluate/ids/pair-memo.ts';
import type { Reachability } from '../../evaluate/map/reachability.ts';
import type { Direction } from '../../model/policy.ts';
import { ALL_PORTS, NO_PORTS, subtractPorts, unionPorts } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { OfFamilies, PortsLeft } from './ports-left.ts';

/** Ids of grants are below it. */
export const MOST_GRANTS = 0x400_0000;

const OVER_ONE = { first: ALL_PORTS, second: NO_PORTS };

/** Over which of the families that two ends have in common a connection between them is told of (D1). */
export class ToldOver {
  readonly #map: Reachability;
  /** By what both ends let through over the first family, and over the second. */
  readonly #told = new Map<number, OfFamilies<PortSet>>();

  constructor(map: Reachability) {
    this.#map = map;
  }

  /** The grants of both ends between a subject and a peer: of egress, then of ingress. */
  grantedBetween(subject: number, peer: number, direction: Direction): [Id, Id] {
    const [from, to] = direction === 'egress' ? [subject, peer] : [peer, subject];
    return [this.#map.granted('egress', from, to), this.#map.granted('ingress', to, from)];
  }

  /** By port, over which of their families connections between two classes are told of (D1). */
  over(subject: number, peer: number, direction: Direction, left: PortsLeft): OfFamilies<PortSet> {
    const [one, two] = left.familiesBetween(subject, peer);
    if (one === undefined || two === undefined) return OVER_ONE;
    const { grants } = this.#map;
    const [sent, received] = this.grantedBetween(subject, peer, direction).map((grant) =>
      grants.partsOf(grant),
    );
    const [first, second] = [one, two].map((family) =>
      grants.leaves.meet(sent![family], received![family]),
    );
    const key = first! * MOST_GRANTS + second!;
    let told = this.#told.get(key);
    if (told === undefined) this.#told.set(key, (told = this.#toldBy(first!, second!)));
    return told;
  }

  /** The second is told of where it allows more: surely instead of perhaps, or perhaps instead of not. */
  #toldBy(first: Id, second: Id): OfFamilies<PortSet> {
    const { leaves, ports } = this.#map.grants;
    const more = unionPorts(
      ports.get(ports.subtract(leaves.possible(second), leaves.possible(first))),
      ports.get(ports.subtract(leaves.certain(second), leaves.certain(first))),
    );
    return { first: subtractPorts(ALL_PORTS, more), second: more };
  }
}
