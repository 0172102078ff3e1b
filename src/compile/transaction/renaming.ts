import type { PeerClass } from '../matrix/peer-class.ts';
import type { PortSetTable } from '../matrix/port-set-table.ts';
import type { IdSource } from '../ruleset/id-source.ts';
import { leftClasses } from './disturbance.ts';
import type { Disturbance, Turn } from './disturbance.ts';

/**
 * Classes that members left and that are granted more in the same change. A packet of one who left may have
 * read the class's id and look at the new grants after the commit; under that id it must find nothing it was
 * not granted before.
 */
export interface WidenedClasses {
  /** Those who stayed have got a new id; `oldText` is the old one. */
  readonly renamed: readonly PeerClass[];
  /** Those who stayed are too many: they are granted more by the sweep. */
  readonly postponed: readonly PeerClass[];
}

/** How many members are written under a new id rather than made to wait for the sweep. */
const MOST_RENAMED = { pods: 64, runs: 4 };

/** Finds the widened classes, and gives new ids to those with few members. */
export function widenedClasses(
  disturbance: Disturbance,
  ports: PortSetTable,
  ids: IdSource,
): WidenedClasses {
  const renamed: PeerClass[] = [];
  const postponed: PeerClass[] = [];
  for (const peers of leftClasses(disturbance)) {
    if (!disturbance.turns.some((turn) => widens(turn, peers, ports))) continue;
    if (peers.members.size > MOST_RENAMED[peers.ofPods ? 'pods' : 'runs']) postponed.push(peers);
    else {
      peers.oldText = peers.text;
      peers.id = ids.take();
      renamed.push(peers);
    }
  }
  return { renamed, postponed };
}

/** Whether the addresses of a turn grant a class more than before, and a packet of who left it could tell. */
export function widens(turn: Turn, peers: PeerClass, ports: PortSetTable): boolean {
  const { family, from, to, wasKnown } = turn;
  if (to === undefined || family !== peers.family) return false;
  // who was open may be found open a moment longer
  if (wasKnown && from === undefined) return false;
  // an address that was not known was closed by a look at the same sets as the classes of pods: a packet
  // that passed it sees all of the change but the interval sets, which follow a moment later
  if (!wasKnown && peers.left !== 'runs') return false;
  const before = from?.atBefore(peers) ?? ports.nothing;
  return !ports.isWithin(to.at(peers), before);
}
