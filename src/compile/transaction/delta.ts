import { FAMILIES } from '../../model/address.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { PeerClass } from '../matrix/peer-class.ts';
import type { IdSource } from '../ruleset/id-source.ts';
import type { NodeOptions } from '../ruleset/node.ts';
import { AddressChanges } from './address-changes.ts';
import { CellChanges } from './cell-changes.ts';
import type { Retired } from './cell-changes.ts';
import { disturbanceOf, isKnown } from './disturbance.ts';
import type { Turn } from './disturbance.ts';
import { ElementChanges } from './element-changes.ts';
import type { Delta } from './element-changes.ts';
import { narrows } from './narrowing.ts';
import type { NodeState, StateChange } from './node-state.ts';
import { widenedClasses } from './renaming.ts';
import { TierChanges } from './tier-changes.ts';

/** The difference between what the kernel holds and what the state wants; then the kernel is taken to hold it. */
export function deltaOf(
  state: NodeState,
  change: StateChange,
  options: NodeOptions,
  ids: IdSource,
): Delta {
  const disturbance = disturbanceOf(state, change, options.podCidrs);
  const { renamed, postponed } = widenedClasses(disturbance, state.ports, ids);
  const delta = { apply: new ElementChanges(), sweep: new ElementChanges() };
  const addresses = new AddressChanges(state, options, delta);
  addresses.ports();
  addresses.peers(change, renamed);
  addresses.blocks(change, renamed);
  const cells = new CellChanges(state, delta);
  const gone = retired(change, renamed);
  cells.ofRenamed(renamed);
  cells.ofRows(change.rows);
  for (const turn of disturbance.turns) cells.ofTurn(turn, gone, postponed);
  const tiers = new TierChanges(state.tiers, options, delta);
  tiers.write(change.addresses);
  const result = {
    ...delta,
    narrows: tiers.narrows || narrows(state, disturbance),
    late: tiers.sweepGrants || cells.sweepGrants,
  };
  settle(change, renamed, disturbance.turns);
  return result;
}

function retired({ classes }: StateChange, renamed: readonly PeerClass[]): Retired[] {
  const deleted = FAMILIES.flatMap((family) => classes[family].deleted);
  return [
    ...deleted.map((peers) => ({ peers, id: peers.text })),
    ...renamed.map((peers) => ({ peers, id: peers.oldText! })),
  ];
}

/** From here on the kernel is taken to hold what was written. */
function settle(change: StateChange, renamed: readonly PeerClass[], turns: readonly Turn[]): void {
  for (const family of FAMILIES) {
    for (const peers of change.classes[family].created) peers.isNew = false;
    for (const from of change.classes[family].before.values())
      if (from !== undefined) from.left = 'none';
  }
  for (const peers of renamed) peers.oldText = undefined;
  for (const row of change.rows) row.settle();
  for (const { to } of turns) to?.settle();
  for (const address of change.addresses) {
    address.kernel.known = isKnown(address);
    for (const direction of DIRECTIONS) address.kernel[direction] = address[direction];
  }
}
