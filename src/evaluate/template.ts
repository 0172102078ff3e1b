import type { GrantTable } from './grant.ts';
import type { Id } from './pair-memo.ts';
import type { Profile } from './profile.ts';

/** Destinations of the same zone that grant a kind of source the same base: alike to every template. */
export interface DestinationGroups {
  readonly groupOf: Uint32Array;
  /** By group. */
  readonly zone: readonly number[];
  readonly ingress: readonly Id[];
}

/**
 * What sources of a kind reach that grant alike by their bases: the same for every destination of a
 * group. Most of a row is its template, so that what all pairs have in common is worked out once.
 */
export interface Template {
  readonly groups: DestinationGroups;
  /** The reach id by group. */
  readonly reaches: Uint32Array;
}

/** The templates of one kind of source. */
export class Templates {
  readonly #grants: GrantTable;
  readonly #groups: DestinationGroups;
  /** By profile, and by the bases that several profiles have in common. */
  readonly #made = new Map<Profile | string, Template>();

  /** By destination: its zone, and what it grants the kind of source beside cells. */
  constructor(grants: GrantTable, zoneOf: Int32Array, ingressBase: Uint32Array) {
    this.#grants = grants;
    this.#groups = groupDestinations(zoneOf, ingressBase);
  }

  /** What a source that grants the bases of a profile, and nothing more, reaches. */
  of(egress: Profile): Template {
    let template = this.#made.get(egress);
    if (template === undefined) {
      template = this.#made.get(egress.zoneKey) ?? this.#make(egress);
      this.#made.set(egress, template).set(egress.zoneKey, template);
    }
    return template;
  }

  #make({ zoneBases }: Profile): Template {
    const groups = this.#groups;
    const { zone, ingress } = groups;
    const reaches = new Uint32Array(zone.length);
    for (let group = 0; group < reaches.length; group++) {
      reaches[group] = this.#grants.meet(zoneBases[zone[group]!]!, ingress[group]!);
    }
    return { groups, reaches };
  }
}

function groupDestinations(zoneOf: Int32Array, ingressBase: Uint32Array): DestinationGroups {
  const zone: number[] = [];
  const ingress: Id[] = [];
  const groups = new Map<number, number>();
  const groupOf = ingressBase.map((base, to) => {
    const key = zoneOf[to]! * 0x100_0000 + base;
    let group = groups.get(key);
    if (group === undefined) {
      groups.set(key, (group = zone.length));
      zone.push(zoneOf[to]!);
      ingress.push(base);
    }
    return group;
  });
  return { groupOf, zone, ingress };
}

/** The reach id of every destination, in the array given if there is one. */
export function writeOut(
  { groups, reaches }: Template,
  used: Uint32Array | undefined,
): Uint32Array {
  const { groupOf } = groups;
  const pods = used ?? new Uint32Array(groupOf.length);
  for (let to = 0; to < pods.length; to++) pods[to] = reaches[groupOf[to]!]!;
  return pods;
}
