import type { Family } from '../model/address.ts';
import type { ClassSet } from './class-set.ts';
import { EVERYTHING, NOTHING } from './grant.ts';
import type { GrantTable } from './grant.ts';
import type { Id } from './pair-memo.ts';
import type { RuleGrant } from './rule-grants.ts';

/** Classes at the other end that are granted something; cells may overlap, and then their grants add up. */
export interface Cell {
  readonly grant: Id;
  readonly peers: ClassSet;
}

/**
 * What the policies grant in one direction on behalf of classes they treat alike: a base for every
 * class of pods, another for the classes after those, and more to the classes in cells. Policies only
 * add, so grants join in any order (semantics S4).
 */
export interface Profile {
  readonly podBase: Id;
  readonly otherBase: Id;
  readonly cells: readonly Cell[];
}

/** The profile of classes no policy isolates. */
export function openProfile(grants: GrantTable, families: readonly Family[]): Profile {
  const base = grants.restrict(EVERYTHING, families);
  return { podBase: base, otherBase: base, cells: [] };
}

/** Puts what rules grant together; `subjects` is the number of classes of pods, which come first. */
export function profileOf(
  granted: Iterable<RuleGrant>,
  subjects: number,
  families: readonly Family[],
  grants: GrantTable,
): Profile {
  let podBase = NOTHING;
  let otherBase = NOTHING;
  const cells: Cell[] = [];
  for (const { peers, grant } of granted) {
    const restricted = grants.restrict(grant, families);
    if (restricted === NOTHING) continue;
    if (peers === 'all') {
      podBase = grants.join(podBase, restricted);
      otherBase = grants.join(otherBase, restricted);
    } else if (peers.count >= subjects && peers.countBelow(subjects) === subjects) {
      // all pods: as a base it costs nothing where pairs are worked out
      podBase = grants.join(podBase, restricted);
      if (peers.count > subjects) cells.push({ grant: restricted, peers: peers.from(subjects) });
    } else cells.push({ grant: restricted, peers });
  }
  return { podBase, otherBase, cells };
}

/** What a profile grants one class at the other end. */
export function grantOf(profile: Profile, peer: number, subjects: number, grants: GrantTable): Id {
  const base = peer < subjects ? profile.podBase : profile.otherBase;
  return profile.cells.reduce(
    (sum, { peers, grant }) => (peers.has(peer) ? grants.join(sum, grant) : sum),
    base,
  );
}
