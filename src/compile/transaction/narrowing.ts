import { FAMILIES } from '../../model/address.ts';
import type { PeerClass } from '../matrix/peer-class.ts';
import type { Ports } from '../matrix/port-set-table.ts';
import type { Row } from '../matrix/row.ts';
import type { Disturbance, Move, Turn } from './disturbance.ts';
import type { NodeState } from './node-state.ts';

/** Whether a change may forbid anything that a connection of before lives on. */
export function narrows(state: NodeState, { turns, moves }: Disturbance): boolean {
  const { ports } = state;
  const less = (before: Ports, after: Ports): boolean => !ports.isWithin(before, after);
  return (
    turns.some((turn) => turnNarrows(turn, moves[turn.family], state, less)) ||
    FAMILIES.some((family) => moves[family].some((move) => moveNarrows(move, state, less)))
  );
}

type Less = (before: Ports, after: Ports) => boolean;

function turnNarrows(turn: Turn, moves: readonly Move[], state: NodeState, less: Less): boolean {
  const { from, to, wasKnown, isKnown, wasClosed } = turn;
  if (wasKnown && !isKnown) return true;
  if (wasClosed || to === undefined) return false;
  if (from === undefined) return grantsLessThanAll(to, state.ports.everything);
  for (const [peers, before] of from.cellsBefore()) {
    if (peers.members.size > 0 && less(before, to.at(peers))) return true;
  }
  for (const [peers, after] of to.cells) {
    if (!peers.isNew && less(from.atBefore(peers), after)) return true;
  }
  if (less(from.default, to.default) && hasOthers(turn, state)) return true;
  return moves.some((move) => less(from.atBefore(move.from), to.at(move.to)));
}

function grantsLessThanAll(row: Row, everything: Ports): boolean {
  if (row.default !== everything) return true;
  for (const ports of row.cells.values()) if (ports !== everything) return true;
  return false;
}

/** Whether there are classes of before that have no cell in either row, so that the defaults count. */
function hasOthers({ family, from, to }: Turn, { spaces }: NodeState): boolean {
  const { classes } = spaces[family];
  const isOther = (peers: PeerClass): boolean =>
    !peers.isNew && from!.cellBefore(peers) === undefined && !to!.cells.has(peers);
  for (const zone of [classes.pods, classes.outside]) {
    for (const peers of zone) if (isOther(peers)) return true;
  }
  return false;
}

/** Rows that stayed grant a class that stayed what they did; only who changed class may lose. */
function moveNarrows({ from, to }: Move, { rows }: NodeState, less: Less): boolean {
  for (const row of new Set([...rows.meeting(from), ...rows.meeting(to)])) {
    if (!row.isNew && row.addresses.size > 0 && less(row.atBefore(from), row.at(to))) return true;
  }
  return false;
}
