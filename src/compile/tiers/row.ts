import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import { rangeText } from '../matrix/outside-runs.ts';
import type { AddressValue } from '../matrix/peer-class.ts';
import type { PodAddress } from '../matrix/pod-record.ts';
import { formatId } from '../ruleset/id-source.ts';
import * as names from '../ruleset/set-names.ts';
import { lastBefore } from './places.ts';
import type { Places } from './places.ts';
import type { TierProfile } from './profile.ts';
import type { Ruling } from './ruling.ts';

/** Addresses from `low` up to the next stretch, for which the ruling is the same. */
export interface Stretch {
  readonly low: AddressValue;
  readonly ruling: Ruling;
}

/** The rulings for all addresses that no pod has. */
export type Stretches = Readonly<Record<Family, readonly Stretch[]>>;

/** What the kernel holds of a profile: its members lead to it, and it to a ruling for every address. */
export class TierRow {
  readonly id: number;
  readonly text: string;
  profile: TierProfile;
  readonly members = new Set<PodAddress>();
  /** The rulings for pods, where they are not those of the stretch their address lies in. */
  readonly cells = new Map<PodAddress, Ruling>();
  stretches: Stretches;

  constructor(profile: TierProfile, stretches: Stretches, id: number) {
    this.id = id;
    this.text = formatId(id);
    this.profile = profile;
    this.stretches = stretches;
  }
}

/** The rulings of a profile for whoever is no pod; on ingress, where no rule names addresses, one for all. */
export function stretchesOf(profile: TierProfile, places: Places): Stretches {
  const of = (family: Family): Stretch[] => {
    const stretches: Stretch[] = [];
    const own = profile.direction === 'egress' ? places[family] : places[family].slice(0, 1);
    for (const { low, others } of own) {
      const ruling = profile.rulingOf(others);
      if (stretches.at(-1)?.ruling !== ruling) stretches.push({ low, ruling });
    }
    return stretches;
  };
  return { 4: of(4), 6: of(6) };
}

/** The ruling for an address that no pod has. */
export function rulingAt(stretches: Stretches, { family, value }: PodAddress): Ruling {
  return lastBefore(stretches[family], value).ruling;
}

export function sameStretches(a: Stretches, b: Stretches): boolean {
  return FAMILIES.every((family) => {
    const [own, other] = [a[family], b[family]];
    return (
      own.length === other.length &&
      own.every(({ low, ruling }, i) => low === other[i]!.low && ruling === other[i]!.ruling)
    );
  });
}

/** The rulings that each part of the address space goes from and to. */
export function* changesOf(a: Stretches, b: Stretches): Generator<[from: Ruling, to: Ruling]> {
  for (const family of FAMILIES) {
    const lows = new Set([...a[family], ...b[family]].map(({ low }) => low));
    for (const low of lows) {
      yield [lastBefore(a[family], low).ruling, lastBefore(b[family], low).ruling];
    }
  }
}

/** Told of each element of a map that says something for a row. */
type VisitRuled = (map: string, key: string, ruling: Ruling) => void;

/** The elements that say what a row rules for whoever has no cell. */
export function eachStretch(row: TierRow, stretches: Stretches, visit: VisitRuled): void {
  if (row.profile.direction === 'ingress') {
    visit(names.RULED_CLIENTS, row.text, stretches[4][0]!.ruling);
    return;
  }
  for (const family of FAMILIES) {
    for (const [key, ruling] of stretchElements(row, stretches[family], family)) {
      visit(names.ruledBlocksOf(family), key, ruling);
    }
  }
}

/** All elements that say what a row rules. */
export function eachRuled(row: TierRow, visit: VisitRuled): void {
  for (const [{ family, text }, ruling] of row.cells) {
    visit(names.ruledOf(row.profile.direction, family), `${row.text} . ${text}`, ruling);
  }
  eachStretch(row, row.stretches, visit);
}

/** The elements of map `eg_ruled_blocksN` for stretches, by their keys: `10:5 . 10.0.0.0-10.0.0.255 . 0-255`. */
export function stretchElements(
  { text }: TierRow,
  stretches: readonly Stretch[],
  family: Family,
): Map<string, Ruling> {
  return new Map(
    stretches.map(({ low, ruling }, i) => [
      `${text} . ${rangeText(family, low, stretches[i + 1]?.low)} . 0-255`,
      ruling,
    ]),
  );
}
