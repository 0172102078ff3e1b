import { FAMILIES } from '../../model/address.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import { isAllPorts, isNoPorts, formatPorts } from '../../model/port-set.ts';
import type { PodAddress } from '../matrix/pod-record.ts';
import { clusterPolicyKey } from '../matrix/tier-rules.ts';
import * as names from '../ruleset/set-names.ts';
import { stretchElements } from '../tiers/row.ts';
import type { TierRow } from '../tiers/row.ts';
import { eachRulingElement } from '../tiers/ruling.ts';
import type { Ruling } from '../tiers/ruling.ts';
import type { TierTable } from '../tiers/table.ts';

/** The notes of one set, by key. */
interface SetNotes {
  readonly notes: Map<string, string>;
  readonly headings: Map<string, string>;
}

/** Writes a word on each element of the tiers around NetworkPolicy, and on the policies it comes from. */
export function noteTiers(
  table: TierTable,
  of: (set: string) => SetNotes,
  whoHas: (address: PodAddress) => string,
): void {
  for (const ruling of table.rulings.named()) {
    const heading = `ruling ${ruling.text}: ${saidOf(ruling)}`;
    let isFirst = true;
    eachRulingElement(ruling, ruling.id!, (map, key) => {
      if (map === names.RULING_OTHERS) of(map).notes.set(key, heading);
      else if (isFirst) of(map).headings.set(key, heading);
      isFirst = false;
    });
  }
  for (const direction of DIRECTIONS) {
    for (const row of table.rows[direction]) noteRow(table, direction, row, of, whoHas);
  }
}

function noteRow(
  table: TierTable,
  direction: Direction,
  row: TierRow,
  of: (set: string) => SetNotes,
  whoHas: (address: PodAddress) => string,
): void {
  const policies = row.profile.selecting.map(({ by }) => clusterPolicyKey(by.policy)).join(', ');
  const by = (address: PodAddress): string => {
    const kind = table.kindOf(address, direction);
    const own = kind === undefined ? [] : row.profile.policiesFor(kind);
    return own.length === 0 ? '' : `, by ${own.map(clusterPolicyKey).join(', ')}`;
  };
  for (const address of row.members) {
    const { notes } = of(names.tiersOf(direction, address.family));
    notes.set(address.text, `${whoHas(address)}, for which ${policies} has rules`);
  }
  for (const [address, ruling] of row.cells) {
    const { notes } = of(names.ruledOf(direction, address.family));
    const key = `${row.text} . ${address.text}`;
    notes.set(key, `${whoHas(address)}: ${saidOf(ruling)}${by(address)}`);
  }
  if (direction === 'ingress') {
    const said = saidOf(row.stretches[4][0]!.ruling);
    of(names.RULED_CLIENTS).notes.set(row.text, `anybody else: ${said}; ${policies}`);
    return;
  }
  for (const family of FAMILIES) {
    const { notes } = of(names.ruledBlocksOf(family));
    for (const [key, ruling] of stretchElements(row, row.stretches[family], family)) {
      notes.set(key, `${saidOf(ruling)}; ${policies}`);
    }
  }
}

/** What a ruling says: `TCP 80 accepted, all UDP denied, the rest left to NetworkPolicy`. */
function saidOf({ accept, deny }: Ruling): string {
  if (isAllPorts(accept)) return 'accepted';
  if (isAllPorts(deny)) return 'denied';
  const parts: string[] = [];
  if (!isNoPorts(accept)) parts.push(`${formatPorts(accept)} accepted`);
  if (!isNoPorts(deny)) parts.push(`${formatPorts(deny)} denied`);
  if (parts.length === 0) return 'left to NetworkPolicy';
  return `${parts.join(', ')}, the rest left to NetworkPolicy`;
}
