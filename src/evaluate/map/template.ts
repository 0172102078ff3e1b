import type { GrantTable } from '../grants/grant.ts';
import { Numbering } from '../ids/numbering.ts';
import type { Numbered } from '../ids/numbering.ts';
import { ingressBase } from './all-ingress.ts';
import type { AllIngress } from './all-ingress.ts';
import type { Districts } from './districts.ts';
import type { Profile } from './profile.ts';

/** Destinations of the same district that grant all sources the same bases: alike to every template. */
export interface DestinationGroups {
  readonly groupOf: Int32Array;
  /** By group: the district. */
  readonly district: Int32Array;
  /** By group: the group of those that grant the same on ingress. */
  readonly ingress: Int32Array;
}

/**
 * What sources of a district reach that grant alike by their bases: the same for every destination of a
 * group. Most of a row is its template, so that what all pairs have in common is worked out once.
 */
export interface Template {
  readonly groups: DestinationGroups;
  /** The reach id by group. */
  readonly reaches: Int32Array;
}

/** The templates of all rows. */
export class Templates {
  readonly #grants: GrantTable;
  readonly #groups: DestinationGroups;
  readonly #ingress: AllIngress;
  /** By district of the source, then by profile, and by the bases that several profiles have in common. */
  readonly #made: Map<Profile | Int32Array, Template>[] = [];
  readonly #egressBases = new Map<Int32Array, Numbered>();
  /** By district of the source: what each group grants it on ingress. */
  readonly #ingressBases: Numbered[] = [];
  readonly #numbering = new Numbering();
  #space = new Int32Array(0);

  constructor(grants: GrantTable, districts: Districts, ingress: AllIngress) {
    this.#grants = grants;
    this.#ingress = ingress;
    this.#groups = groupDestinations(districts, ingress);
  }

  /** What a source of the district that grants the bases of a profile, and nothing more, reaches. */
  of(egress: Profile, district: number): Template {
    const made = (this.#made[district] ??= new Map());
    let template = made.get(egress);
    if (template === undefined) {
      template = made.get(egress.bases) ?? this.#make(egress.bases, district);
      made.set(egress, template).set(egress.bases, template);
    }
    return template;
  }

  #make(bases: Int32Array, source: number): Template {
    const groups = this.#groups;
    let egress = this.#egressBases.get(bases);
    if (egress === undefined) this.#egressBases.set(bases, (egress = this.#numbering.of(bases)));
    const ingress = (this.#ingressBases[source] ??= this.#numbering.of(
      ingressBase(this.#ingress, source),
    ));
    const { district, ingress: ingressOf } = groups;
    const { ids: firsts, numbers: firstOf } = egress;
    const { ids: seconds, numbers: secondOf } = ingress;
    const width = seconds.length;
    // INVARIANT: a reach plus one; 0 where two grants have not met yet
    const met = this.#cleared(firsts.length * width);
    const reaches = new Int32Array(district.length);
    for (let group = 0; group < reaches.length; group++) {
      const first = firstOf[district[group]!]!;
      const second = secondOf[ingressOf[group]!]!;
      const at = first * width + second;
      let reach = met[at]!;
      if (reach === 0) met[at] = reach = this.#grants.meet(firsts[first]!, seconds[second]!) + 1;
      reaches[group] = reach - 1;
    }
    return { groups, reaches };
  }

  /** Room for so many numbers, all 0, until the next is asked for. */
  #cleared(size: number): Int32Array {
    if (this.#space.length < size) this.#space = new Int32Array(size * 2);
    else this.#space.fill(0, 0, size);
    return this.#space;
  }
}

function groupDestinations(
  districts: Districts,
  { groupOf: ingressOf, bases }: AllIngress,
): DestinationGroups {
  const district: number[] = [];
  const ingress: number[] = [];
  const groups = new Map<number, number>();
  const groupOf = new Int32Array(ingressOf.length);
  for (let to = 0; to < groupOf.length; to++) {
    const key = districts.of[to]! * bases.length + ingressOf[to]!;
    let group = groups.get(key);
    if (group === undefined) {
      groups.set(key, (group = district.length));
      district.push(districts.of[to]!);
      ingress.push(ingressOf[to]!);
    }
    groupOf[to] = group;
  }
  return { groupOf, district: Int32Array.from(district), ingress: Int32Array.from(ingress) };
}

/** The reach id of every destination, in the array given if there is one. */
export function writeOut({ groups, reaches }: Template, used: Int32Array | undefined): Int32Array {
  const { groupOf } = groups;
  const pods = used ?? new Int32Array(groupOf.length);
  for (let to = 0; to < pods.length; to++) pods[to] = reaches[groupOf[to]!]!;
  return pods;
}
