import type { Population } from '../population/population.ts';
import type { Zones } from '../population/zones.ts';
import type { PeerKinds } from './peer-kinds.ts';

/**
 * A partition of all classes, as peers in one direction: those of one district are granted the same by every
 * subject, but for cells. Of pods, it is made of their zones, or on ingress of whether the address is known;
 * and of what the tiers around NetworkPolicy can tell apart.
 */
export class Districts {
  /** The district of each class. */
  readonly of: Int32Array;
  /** By district: a zone that speaks for its pods; -1 for those of nodes and the outside. */
  readonly zone: readonly number[];
  /** By district: the kind of peer. */
  readonly kind: readonly number[];

  /** `partOf`: a number from 0 on, by which zones are told apart. */
  constructor(
    { classes, subjects }: Population,
    zones: Zones,
    partOf: (zone: number) => number,
    kinds: PeerKinds | undefined,
  ) {
    const parts = 2 + zones.ports.reduce((most, _, own) => Math.max(most, partOf(own)), 0);
    const numbers = new Map<number, number>();
    const zone: number[] = [];
    const kind: number[] = [];
    const add = (index: number): number => {
      const ownKind = kinds?.of[index] ?? 0;
      const ownZone = index < subjects ? zones.of[index]! : -1;
      const part = ownZone === -1 ? 0 : 1 + partOf(ownZone);
      const key = ownKind * parts + part;
      let number = numbers.get(key);
      if (number === undefined) {
        numbers.set(key, (number = zone.push(ownZone) - 1));
        kind.push(ownKind);
      }
      return number;
    };
    this.of = Int32Array.from(classes, (_, index) => add(index));
    this.zone = zone;
    this.kind = kind;
  }

  get count(): number {
    return this.zone.length;
  }
}
