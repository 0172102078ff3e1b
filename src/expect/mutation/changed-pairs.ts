import { PolicyDifference } from '../../evaluate/difference/policy-change.ts';
import type { Part, PolicyChange } from '../../evaluate/difference/policy-change.ts';
import type { Reach } from '../../evaluate/grants/reach-table.ts';
import type { Id } from '../../evaluate/ids/pair-memo.ts';
import type { Reachability } from '../../evaluate/map/reachability.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import { isNoPorts, subtractPorts, unionPorts } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';

/** Endpoints whose reach a change to a policy makes another. */
export interface ChangedPair {
  readonly from: Part;
  readonly to: Part;
  /** Reach ids of the map. */
  readonly before: Id;
  readonly after: Id;
}

/** What a change opens or closes between two endpoints, where an expectation could notice it. */
export interface Difference {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** Ports that surely passed before and do not surely pass now. */
  readonly closed: PortSet;
  /** Ports that surely did not pass before and may pass now. */
  readonly opened: PortSet;
}

/** How many differences are worked out of one change. */
const MOST = 500;

/** All pairs that a change to a policy of the map's cluster changes. */
export function changedPairs(map: Reachability, change: PolicyChange): ChangedPair[] {
  const pairs: ChangedPair[] = [];
  new PolicyDifference(map, change).forEachPair((from, to, before, after) =>
    pairs.push({ from, to, before, after }),
  );
  return pairs;
}

/** What some pairs' changes are to those who could notice; empty when all of it depends on the unknown. */
export function differencesOf(map: Reachability, pairs: readonly ChangedPair[]): Difference[] {
  const known = new Map<string, Pick<Difference, 'closed' | 'opened'>>();
  const differences: Difference[] = [];
  for (const { from, to, before, after } of pairs) {
    const key = `${before} ${after}`;
    let change = known.get(key);
    if (change === undefined)
      known.set(key, (change = changeOf(map.reach(before), map.reach(after))));
    if (isNoPorts(change.closed) && isNoPorts(change.opened)) continue;
    const source = from.endpoints[0]!;
    const destination = to.endpoints.find((one) => one !== source) ?? to.endpoints[0]!;
    differences.push({ from: source, to: destination, ...change });
    if (differences.length === MOST) break;
  }
  return differences;
}

function changeOf(before: Reach, after: Reach): Pick<Difference, 'closed' | 'opened'> {
  const possible = ({ certain, depends }: Reach): PortSet => unionPorts(certain, depends);
  return {
    closed: subtractPorts(before.certain, after.certain),
    opened: subtractPorts(possible(after), possible(before)),
  };
}
