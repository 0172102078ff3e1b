import type { Direction } from '../../model/policy.ts';
import type { PodAddress } from '../matrix/pod-record.ts';
import type { TierProfile } from './profile.ts';
import type { TierRow } from './row.ts';
import type { TierTable } from './table.ts';

/** Where the subjects of a profile come from. */
export interface ProfileMove {
  readonly profile: TierProfile;
  /** The row that goes on for it; undefined when it needs one of its own. */
  readonly row: TierRow | undefined;
  /** Those who do not lead to that row yet. */
  readonly came: readonly PodAddress[];
  /** Whether some who lead to that row are of another profile now. */
  readonly isLeft: boolean;
}

/** Who is of which profile now. */
export interface TierMoves {
  /** Each with at least one subject. */
  readonly profiles: readonly ProfileMove[];
  /** Those of whom the tiers say nothing any more. */
  readonly gone: readonly PodAddress[];
}

/**
 * Finds the row of each profile in use. `addresses`: those that may be of another profile than before. With
 * other rules all profiles are new ones: each takes over the row that most of its subjects lead to.
 */
export function tierMoves(
  table: TierTable,
  direction: Direction,
  addresses: readonly PodAddress[],
  hasOtherRules: boolean,
): TierMoves {
  const rowOf = table.rowOf[direction];
  const wanting = new Map<TierProfile, PodAddress[]>();
  const leaving = new Map<TierRow, Map<TierProfile | undefined, number>>();
  const gone: PodAddress[] = [];
  for (const address of addresses) {
    const profile = table.profileOf(address, direction);
    const row = rowOf.get(address);
    if (row !== undefined) {
      const counts = leaving.get(row) ?? new Map<TierProfile | undefined, number>();
      leaving.set(row, counts.set(profile, (counts.get(profile) ?? 0) + 1));
      if (profile === undefined) gone.push(address);
    }
    if (profile === undefined) continue;
    const list = wanting.get(profile);
    if (list === undefined) wanting.set(profile, [address]);
    else list.push(address);
  }
  const rows = hasOtherRules ? heirs(leaving) : rowsByProfile(table, direction);
  const profiles: ProfileMove[] = [];
  for (const profile of new Set([...wanting.keys(), ...rows.keys()])) {
    const row = rows.get(profile);
    const came = (wanting.get(profile) ?? []).filter(
      (address) => row === undefined || rowOf.get(address) !== row,
    );
    let left = 0;
    for (const [other, count] of (row && leaving.get(row)) ?? [])
      if (other !== profile) left += count;
    const isUsed = came.length > 0 || (row?.members.size ?? 0) > left;
    if (isUsed) profiles.push({ profile, row, came, isLeft: left > 0 });
  }
  return { profiles, gone };
}

function rowsByProfile({ rows }: TierTable, direction: Direction): Map<TierProfile, TierRow> {
  return new Map([...rows[direction]].map((row) => [row.profile, row]));
}

/**
 * A row goes on for its profile if anybody is of it still; else for the one that most of its members have now,
 * unless more come there from another.
 */
function heirs(
  leaving: ReadonlyMap<TierRow, ReadonlyMap<TierProfile | undefined, number>>,
): Map<TierProfile, TierRow> {
  const best = new Map<TierProfile, { readonly row: TierRow; readonly count: number }>();
  for (const [row, counts] of leaving) {
    const [most] = [...counts].sort(([, a], [, b]) => b - a);
    const [profile, count] = counts.has(row.profile) ? [row.profile, Infinity] : most!;
    if (profile === undefined || count <= (best.get(profile)?.count ?? 0)) continue;
    best.set(profile, { row, count });
  }
  return new Map([...best].map(([profile, { row }]) => [profile, row]));
}
