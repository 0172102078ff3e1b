import type { PeerClass } from '../matrix/peer-class.ts';
import type { Ports } from '../matrix/port-set-table.ts';
import type { Row } from '../matrix/row.ts';
import * as names from '../ruleset/set-names.ts';
import type { Turn } from './disturbance.ts';
import type { Delta } from './element-changes.ts';
import type { NodeState } from './node-state.ts';
import { widens } from './renaming.ts';

/** A class whose old id packets may still carry, though nothing leads to it any more. */
export interface Retired {
  readonly peers: PeerClass;
  readonly id: string;
}

/** Writes what changed of local pods' rows: their defaults and their cells. */
export class CellChanges {
  readonly #apply: Delta['apply'];
  readonly #sweep: Delta['sweep'];
  readonly #state: NodeState;
  /** Whether the sweep grants something, and not only forgets. */
  sweepGrants = false;

  constructor(state: NodeState, { apply, sweep }: Pick<Delta, 'apply' | 'sweep'>) {
    this.#state = state;
    this.#apply = apply;
    this.#sweep = sweep;
  }

  /** Cells of classes that go on under another id; those of the old one are swept. */
  ofRenamed(renamed: readonly PeerClass[]): void {
    for (const peers of renamed) {
      for (const row of this.#state.rows.meeting(peers)) {
        const ports = row.cells.get(peers);
        if (ports === undefined) continue;
        this.#atAddresses(row, (set, text) => {
          this.#sweep.delete(set, `${peers.oldText!} . ${text}`);
          this.#apply.add(set, `${peers.text} . ${text}`, ports.text);
        });
      }
    }
  }

  /** Cells of rows that stayed in force. */
  ofRows(rows: Iterable<Row>): void {
    for (const row of rows) {
      for (const [peers, before] of row.before) {
        const after = row.cells.get(peers);
        if (after === before) continue;
        this.#atAddresses(row, (set, text) => this.#cell(set, text, peers, before, after));
      }
    }
  }

  /** Addresses that are judged by another row than before. */
  ofTurn(turn: Turn, retired: readonly Retired[], postponed: readonly PeerClass[]): void {
    const { family, direction, from, to, addresses, wasKnown, isKnown } = turn;
    const [pods, cells] = [names.podsOf(direction, family), names.cellsOf(direction, family)];
    const late = new Set(postponed.filter((peers) => widens(turn, peers, this.#state.ports)));
    for (const address of addresses) {
      const { text } = address;
      for (const peers of late) this.#grantLate(turn, peers, text);
      if (from?.default !== to?.default) {
        if (from !== undefined) this.#apply.delete(pods, text);
        if (to !== undefined) this.#apply.add(pods, text, to.default.text);
      }
      if (from !== undefined && !isKnown) {
        // a packet that found the address known must not find it open, nor a class it was not
        this.#apply.add(pods, text, this.#state.ports.nothing.text);
        this.#sweep.delete(pods, text);
      }
      for (const [peers, before] of from?.cellsBefore() ?? []) {
        if (late.has(peers)) continue;
        const gone = isKnown ? this.#sweep : this.#apply;
        if (to === undefined) gone.delete(cells, `${idBefore(peers)} . ${text}`);
        else this.#cell(cells, text, peers, before, to.cells.get(peers));
      }
      for (const [peers, after] of to?.cells ?? []) {
        if (late.has(peers)) continue;
        if (from?.cellBefore(peers) === undefined) this.#cell(cells, text, peers, undefined, after);
      }
      if (to === undefined || (wasKnown && from === undefined)) continue;
      const old = from?.default ?? this.#state.ports.nothing;
      if (this.#state.ports.isWithin(to.default, old)) continue;
      // who still carries an id that is no more must not be met by a wider default
      for (const { peers, id } of retired) {
        if (peers.family !== family || from?.cellBefore(peers) !== undefined) continue;
        this.#apply.add(cells, `${id} . ${text}`, old.text);
        this.#sweep.delete(cells, `${id} . ${text}`);
      }
    }
  }

  /** What the class was granted stays until the sweep, whatever the new default is. */
  #grantLate({ family, direction, from, to }: Turn, peers: PeerClass, text: string): void {
    const set = names.cellsOf(direction, family);
    const key = `${peers.text} . ${text}`;
    const before = from?.default ?? this.#state.ports.nothing;
    let now = from?.cellBefore(peers);
    if (now === undefined && before !== to!.default) {
      this.#apply.add(set, key, before.text);
      now = before;
    }
    const then = to!.cells.get(peers);
    if (now === then) return;
    this.sweepGrants = true;
    if (now !== undefined) this.#sweep.delete(set, key);
    if (then !== undefined) this.#sweep.add(set, key, then.text);
  }

  #cell(
    set: string,
    text: string,
    peers: PeerClass,
    before: Ports | undefined,
    after: Ports | undefined,
  ): void {
    const isGone = peers.members.size === 0 || peers.oldText !== undefined;
    if (before === after && !isGone) return;
    if (before !== undefined) {
      const key = `${idBefore(peers)} . ${text}`;
      if (isGone) this.#sweep.delete(set, key);
      else this.#apply.delete(set, key);
    }
    if (after !== undefined) this.#apply.add(set, `${peers.text} . ${text}`, after.text);
  }

  /** The addresses that a row judged before and judges still. */
  #atAddresses(row: Row, write: (set: string, text: string) => void): void {
    const { direction } = row.grants;
    const set = names.cellsOf(direction, row.family);
    for (const address of row.addresses) {
      if (address.kernel[direction] === row) write(set, address.text);
    }
  }
}

/** The id of a class that the kernel's cells have. */
function idBefore({ text, oldText }: PeerClass): string {
  return oldText ?? text;
}
