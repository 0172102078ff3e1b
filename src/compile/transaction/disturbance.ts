import { containsAddress } from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import { Run } from '../matrix/outside-runs.ts';
import type { PeerClass } from '../matrix/peer-class.ts';
import type { PodAddress } from '../matrix/pod-record.ts';
import type { Row } from '../matrix/row.ts';
import type { NodeState, StateChange } from './node-state.ts';

/** Addresses that are judged otherwise than before, in one direction, in the same way. */
export interface Turn {
  readonly family: Family;
  readonly direction: Direction;
  /** Undefined: open, or closed when it was not known. */
  readonly from: Row | undefined;
  readonly to: Row | undefined;
  readonly wasKnown: boolean;
  readonly isKnown: boolean;
  /** Whether the address was closed while it was not known. */
  readonly wasClosed: boolean;
  readonly addresses: PodAddress[];
}

/** Peers that went from one class to another. */
export interface Move {
  readonly from: PeerClass;
  readonly to: PeerClass;
}

/** What of a change matters to packets that are on their way, and to connections that live. */
export interface Disturbance {
  readonly turns: readonly Turn[];
  readonly moves: Readonly<Record<Family, readonly Move[]>>;
}

/** Finds out who was moved and who is judged otherwise; marks the classes that members left. */
export function disturbanceOf(
  state: NodeState,
  change: StateChange,
  podCidrs: AddressSet,
): Disturbance {
  return {
    turns: turnsOf(change, podCidrs),
    moves: { 4: movesOf(state, change, 4), 6: movesOf(state, change, 6) },
  };
}

/** Whether an address is one of a local pod whose policies are programmed. */
export function isKnown({ owner }: PodAddress): boolean {
  return owner?.isLocal === true;
}

/** Whether an address was closed until now: one of this node's that no pod was known to have. */
export function wasClosed({ family, value, kernel }: PodAddress, podCidrs: AddressSet): boolean {
  return !kernel.known && containsAddress(podCidrs, { family, value: BigInt(value) });
}

function turnsOf({ addresses }: StateChange, podCidrs: AddressSet): Turn[] {
  const turns = new Map<string, Turn>();
  const rows = new Map<Row | undefined, number>([[undefined, 0]]);
  const numberOf = (row: Row | undefined): number => {
    if (!rows.has(row)) rows.set(row, rows.size);
    return rows.get(row)!;
  };
  for (const address of addresses) {
    const { family, kernel } = address;
    const known = isKnown(address);
    const closed = wasClosed(address, podCidrs);
    for (const direction of DIRECTIONS) {
      const [from, to] = [kernel[direction], address[direction]];
      if (from === to && kernel.known === known) continue;
      const key = `${family}${direction}${numberOf(from)},${numberOf(to)}${kernel.known}${known}${closed}`;
      let turn = turns.get(key);
      if (turn === undefined) {
        const wasKnown = kernel.known;
        turn = {
          family,
          direction,
          from,
          to,
          wasKnown,
          isKnown: known,
          wasClosed: closed,
          addresses: [],
        };
        turns.set(key, turn);
      }
      turn.addresses.push(address);
    }
  }
  return [...turns.values()];
}

function movesOf({ spaces }: NodeState, { classes }: StateChange, family: Family): Move[] {
  const moves = new Map<PeerClass, Set<PeerClass>>();
  for (const [member, from] of classes[family].before) {
    const to = member.class ?? spaces[family].outsideAt(member.value);
    if (from === undefined || from === to) continue;
    if (member instanceof Run) from.left = 'runs';
    else if (from.left === 'none') from.left = 'pods';
    const found = moves.get(from);
    if (found === undefined) moves.set(from, new Set([to]));
    else found.add(to);
  }
  return [...moves].flatMap(([from, all]) => [...all].map((to) => ({ from, to })));
}

/** Every class that members left and that still has others. */
export function leftClasses({ moves }: Disturbance): PeerClass[] {
  const left = FAMILIES.flatMap((family) => moves[family].map(({ from }) => from));
  return [...new Set(left)].filter(({ members }) => members.size > 0);
}
