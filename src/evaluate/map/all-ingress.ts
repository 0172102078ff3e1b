import { IncomingCells } from './incoming-cells.ts';
import type { IncomingCell } from './incoming-cells.ts';
import type { Sides } from './sides.ts';

/** The ingress of all destinations: those with the same bases are one group. */
export interface AllIngress {
  /** The group of each destination. */
  readonly groupOf: Int32Array;
  /** By group, then by district of the source. */
  readonly bases: readonly Int32Array[];
  /** What is granted beyond the bases. */
  readonly cells: readonly IncomingCell[];
  /** As `bases`, by district of the source first, as far as that was asked for. */
  readonly byDistrict: Int32Array[];
}

/** By group of destinations: what they grant on ingress to sources of a district, but for cells; it is kept. */
export function ingressBase({ bases, byDistrict }: AllIngress, district: number): Int32Array {
  return (byDistrict[district] ??= Int32Array.from(bases, (own) => own[district]!));
}

/** Works out the ingress of the first classes, those that can be destinations. */
export function allIngressOf(sides: Sides, subjects: number): AllIngress {
  const cells = new IncomingCells();
  const destinationsOf = new Map<number | string, number[]>();
  for (let index = 0; index < subjects; index++) {
    const key = sides.ingressKey(index);
    const alike = destinationsOf.get(key);
    if (alike === undefined) destinationsOf.set(key, [index]);
    else alike.push(index);
  }
  const groupOf = new Int32Array(subjects);
  const groups = new Map<Int32Array, number>();
  for (const destinations of destinationsOf.values()) {
    const { bases, cells: own } = sides.ingressOf(destinations[0]!);
    let group = groups.get(bases);
    if (group === undefined) groups.set(bases, (group = groups.size));
    for (const index of destinations) groupOf[index] = group;
    for (const { grant, peers } of own) cells.add(peers, grant, destinations);
  }
  return { groupOf, bases: [...groups.keys()], cells: cells.list(), byDistrict: [] };
}
