import { FAMILIES } from '../../model/address.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import { linkOfPod } from '../ruleset/node.ts';
import type { NodeOptions } from '../ruleset/node.ts';
import { isKnown } from './disturbance.ts';
import { ElementChanges } from './element-changes.ts';
import type { NodeState } from './node-state.ts';
import { TierChanges } from './tier-changes.ts';

/** After a load: takes the kernel to hold all that the state wants, so that changes start from there. */
export function takeAsProgrammed({ spaces, ports, tiers }: NodeState, options: NodeOptions): void {
  ports.settle();
  const unwritten = { apply: new ElementChanges(), sweep: new ElementChanges() };
  new TierChanges(tiers, options, unwritten).write([]);
  for (const family of FAMILIES) {
    const { runs, classes, pods } = spaces[family];
    runs.takeDirty();
    runs.takeRemoved();
    for (const run of runs.all) run.kernel = { key: runs.elementOf(run), id: run.class!.id };
    for (const zone of [classes.pods, classes.outside])
      for (const peers of zone) peers.isNew = false;
    for (const address of pods) {
      const known = isKnown(address);
      const link = known ? linkOfPod(options, address.owner!.key) : undefined;
      const { ingress, egress } = address;
      address.kernel = { peer: address.class!.id, known, link, ingress, egress };
      for (const direction of DIRECTIONS) {
        const row = address[direction];
        if (row !== undefined) row.isNew = false;
      }
    }
  }
}
