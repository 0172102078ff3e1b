import type { Family } from '../../model/address.ts';
import { EVERYTHING, NOTHING } from '../grants/grant.ts';
import type { GrantTable } from '../grants/grant.ts';
import type { Id } from '../ids/pair-memo.ts';
import type { ClassSet } from '../population/class-set.ts';
import type { Zones } from '../population/zones.ts';
import type { Districts } from './districts.ts';
import type { RuleGrant } from './rule-grants.ts';

/** Classes at the other end that are granted something; cells may overlap, and then their grants add up. */
export interface Cell {
  readonly grant: Id;
  readonly peers: ClassSet;
}

/**
 * What NetworkPolicies grant in one direction on behalf of classes they treat alike: a base for the pods of
 * each zone, another for the classes after the pods, and more to the classes in cells. Policies only add, so
 * grants join in any order (semantics S4).
 */
export interface ZoneProfile {
  readonly zoneBases: readonly Id[];
  readonly otherBase: Id;
  /** A text equal for equal bases. */
  readonly key: string;
  readonly cells: readonly Cell[];
}

/** What all tiers together grant in one direction: a base for each district, and more to the classes in cells. */
export interface Profile {
  readonly bases: Int32Array;
  /** A text equal for equal `bases`; then they are the same list. */
  readonly key: string;
  readonly cells: readonly Cell[];
}

/** The profile of classes no policy isolates. */
export function openProfile(
  grants: GrantTable,
  zones: Zones,
  families: readonly Family[],
): ZoneProfile {
  const base = grants.restrict(EVERYTHING, families);
  return sealed(Array<Id>(zones.count).fill(base), base, []);
}

/** Puts what rules grant together, cut down to the families of the classes it is for. */
export function profileOf(
  granted: readonly (readonly RuleGrant[])[],
  zones: Zones,
  families: readonly Family[],
  grants: GrantTable,
): ZoneProfile {
  const zoneBases = Array<Id>(zones.count).fill(NOTHING);
  let otherBase = NOTHING;
  const cells: Cell[] = [];
  const add = (one: RuleGrant): void => {
    const grant = grants.restrict(one.grant, families);
    if (grant === NOTHING) return;
    switch (one.to) {
      case 'all':
        zoneBases.forEach((base, zone) => (zoneBases[zone] = grants.join(base, grant)));
        otherBase = grants.join(otherBase, grant);
        break;
      case 'zone':
        zoneBases[one.zone] = grants.join(zoneBases[one.zone]!, grant);
        break;
      case 'set':
        cells.push({ grant, peers: one.set });
    }
  };
  for (const ofRule of granted) for (const one of ofRule) add(one);
  return sealed(zoneBases, otherBase, cells.slice());
}

function sealed(zoneBases: readonly Id[], otherBase: Id, cells: readonly Cell[]): ZoneProfile {
  return { zoneBases, otherBase, key: `${zoneBases.join()} ${otherBase}`, cells };
}

/** What a profile grants one class at the other end. */
export function grantOf(
  { bases, cells }: Profile,
  peer: number,
  districts: Districts,
  grants: GrantTable,
): Id {
  return cells.reduce(
    (sum, cell) => (cell.peers.has(peer) ? grants.join(sum, cell.grant) : sum),
    bases[districts.of[peer]!]!,
  );
}
