import { FAMILIES } from '../../model/address.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import type { PodAddress } from '../matrix/pod-record.ts';
import { PROTOCOL_OF } from '../ruleset/direction-chains.ts';
import { nowOf } from '../ruleset/node.ts';
import type { NodeOptions } from '../ruleset/node.ts';
import * as names from '../ruleset/set-names.ts';
import { tierMoves } from '../tiers/moves.ts';
import type { TierMoves } from '../tiers/moves.ts';
import {
  TierRow,
  changesOf,
  eachRuled,
  eachStretch,
  rulingAt,
  sameStretches,
  stretchesOf,
} from '../tiers/row.ts';
import type { Stretches } from '../tiers/row.ts';
import { eachRulingElement, isWider } from '../tiers/ruling.ts';
import type { Ruling } from '../tiers/ruling.ts';
import type { Alike, TierTable } from '../tiers/table.ts';
import { wasClosed } from './disturbance.ts';
import type { Delta } from './element-changes.ts';
import { writeNames } from './name-changes.ts';

/** What changed of a row beside who leads to it. */
interface RowChange {
  readonly row: TierRow;
  readonly isNew: boolean;
  /** Something else is said for it now than before. */
  readonly isOther: boolean;
  /** The stretches before, when they are others now. */
  readonly before: Stretches | undefined;
  /** Somebody led to it who does not any more: a packet of theirs must not meet what the others gain. */
  readonly isLeft: boolean;
}

/** Writes what changed of the tiers around NetworkPolicy, and takes the kernel to hold it. */
export class TierChanges {
  readonly #table: TierTable;
  readonly #options: NodeOptions;
  readonly #apply: Delta['apply'];
  readonly #sweep: Delta['sweep'];
  /** Whether anything may be forbidden that was allowed. */
  narrows = false;
  /** Whether the sweep allows something. */
  sweepGrants = false;

  constructor(table: TierTable, options: NodeOptions, delta: Pick<Delta, 'apply' | 'sweep'>) {
    this.#table = table;
    this.#options = options;
    this.#apply = delta.apply;
    this.#sweep = delta.sweep;
  }

  /** `touched`: addresses of pods that are, or are judged, otherwise than before. */
  write(touched: Iterable<PodAddress>): void {
    const table = this.#table;
    if (table.isIdle) return;
    const { rules, places } = table.refresh();
    const addresses = new Set(touched);
    let hasOtherNames = rules || places || table.names.takeFresh();
    for (const direction of DIRECTIONS) {
      const moved = rules ? new Set([...table.addresses(), ...addresses]) : addresses;
      const moves = tierMoves(table, direction, [...moved], rules);
      const changes = this.#rowChanges(direction, moves, places);
      const alike = changes.some(({ isOther }) => isOther) ? table.alike(direction) : [];
      for (const change of changes) {
        if (change.isOther) this.#all(direction, change, alike);
        this.#cells(direction, change, addresses);
      }
      const isLess = this.#retire(direction);
      hasOtherNames ||= isLess || changes.some(({ isOther }) => isOther);
    }
    hasOtherNames ||=
      table.names.size > 0 && [...addresses].some(({ text }) => table.names.has(text));
    const now = nowOf(this.#options);
    if (hasOtherNames && writeNames(table, now, this.#apply).narrows) this.narrows = true;
    this.#rulings();
    this.#ask();
  }

  /** With the first row the rules begin to ask the tiers; packets that met those of before are told by a set. */
  #ask(): void {
    const table = this.#table;
    if (table.isAsked || DIRECTIONS.every((direction) => table.rows[direction].size === 0)) return;
    table.isAsked = true;
    for (const family of FAMILIES) this.#apply.add(names.TIERED, PROTOCOL_OF[family]);
  }

  /** The rulings of a row for all pods, of which most are those of everybody else. */
  #all(direction: Direction, change: RowChange, alike: readonly Alike[]): void {
    const { row } = change;
    const looked = new Set(row.cells.keys());
    for (const { kind, addresses } of alike) {
      const isOther = row.profile.rulingOf(kind) !== rulingAt(row.stretches, addresses[0]!);
      if (isOther) for (const address of addresses) looked.add(address);
    }
    this.#cells(direction, change, looked);
  }

  /** Gives each profile its row, and leads its subjects there. */
  #rowChanges(direction: Direction, moves: TierMoves, hasOtherPlaces: boolean): RowChange[] {
    const { places, rows, rowOf, ids } = this.#table;
    const changes: RowChange[] = [];
    for (const { profile, row: old, came, isLeft } of moves.profiles) {
      const stretches =
        old?.profile !== profile || hasOtherPlaces ? stretchesOf(profile, places) : old.stretches;
      const isSame = old !== undefined && sameStretches(old.stretches, stretches);
      // an interval map follows a moment later than the rest: who comes, or left, must not meet the old one
      const row =
        old !== undefined && (isSame || (came.length === 0 && !isLeft))
          ? old
          : new TierRow(profile, stretches, ids.take());
      const before = row === old && !isSame ? row.stretches : undefined;
      const isNew = row !== old;
      const isOther = isNew || before !== undefined || row.profile !== profile;
      row.profile = profile;
      rows[direction].add(row);
      if (row !== old) this.#stretches(row, undefined, stretches);
      else if (before !== undefined) this.#stretches(row, before, stretches);
      row.stretches = stretches;
      changes.push({ row, isNew, isOther, before, isLeft: !isNew && isLeft });
      const stayed = row === old ? [] : [...(old?.members ?? [])];
      for (const address of [...came, ...stayed]) {
        if (this.#table.profileOf(address, direction) === profile)
          this.#lead(direction, address, row);
      }
    }
    for (const address of moves.gone) {
      const row = rowOf[direction].get(address)!;
      row.members.delete(address);
      rowOf[direction].delete(address);
      this.#apply.delete(names.tiersOf(direction, address.family), address.text);
      // accepted, perhaps, what NetworkPolicy denies
      if (address.owner?.[direction] !== undefined && address.kernel.known) this.narrows = true;
    }
    return changes;
  }

  #lead(direction: Direction, address: PodAddress, row: TierRow): void {
    const { rowOf } = this.#table;
    const before = rowOf[direction].get(address);
    if (before === row) return;
    const map = names.tiersOf(direction, address.family);
    if (before !== undefined) {
      before.members.delete(address);
      this.#apply.delete(map, address.text);
    }
    row.members.add(address);
    rowOf[direction].set(address, row);
    this.#apply.add(map, address.text, row.text);
    if (!wasClosed(address, this.#options.podCidrs)) this.narrows = true;
  }

  #stretches(row: TierRow, before: Stretches | undefined, after: Stretches): void {
    for (const [from, to] of before === undefined ? [] : changesOf(before, after)) {
      if (isWider(from, to)) this.narrows = true;
    }
    const { rulings } = this.#table;
    const old = new Map<string, Ruling>();
    if (before !== undefined) eachStretch(row, before, (_, key, ruling) => old.set(key, ruling));
    const kept = new Set<string>();
    eachStretch(row, after, (map, key, ruling) => {
      rulings.use(ruling);
      const had = old.get(key);
      kept.add(key);
      if (had === ruling) return;
      if (had !== undefined) this.#apply.delete(map, key);
      this.#apply.add(map, key, ruling.text);
    });
    if (before === undefined) return;
    eachStretch(row, before, (map, key, ruling) => {
      if (!kept.has(key)) this.#apply.delete(map, key);
      rulings.unuse(ruling);
    });
  }

  /** The rulings of a row for pods. */
  #cells(
    direction: Direction,
    { row, isNew, before, isLeft }: RowChange,
    addresses: Iterable<PodAddress>,
  ): void {
    const { rulings } = this.#table;
    for (const address of addresses) {
      const map = names.ruledOf(direction, address.family);
      const key = `${row.text} . ${address.text}`;
      const kind = this.#table.kindOf(address, direction);
      const other = rulingAt(row.stretches, address);
      const wanted = kind === undefined ? other : row.profile.rulingOf(kind);
      const cell = wanted === other ? undefined : wanted;
      const old = row.cells.get(address);
      const was = old ?? rulingAt(before ?? row.stretches, address);
      if (!isNew && isWider(was, wanted)) this.narrows = true;
      if (old === cell) continue;
      if (cell === undefined) row.cells.delete(address);
      else row.cells.set(address, rulings.use(cell));
      const isLate = isLeft && isWider(wanted, was);
      const changes = isLate ? this.#sweep : this.#apply;
      if (isLate) this.sweepGrants = true;
      if (cell !== undefined) {
        if (old !== undefined) changes.delete(map, key);
        changes.add(map, key, cell.text);
      } else if (before === undefined || isLate) changes.delete(map, key);
      else {
        // the stretch that says the same follows a moment later
        if (old !== wanted) {
          this.#apply.delete(map, key);
          this.#apply.add(map, key, wanted.text);
        }
        this.#sweep.delete(map, key);
      }
      if (old !== undefined) rulings.unuse(old);
    }
  }

  /** Rows that nobody leads to any more, if there are any: packets on their way may still look at them. */
  #retire(direction: Direction): boolean {
    const { rows, rulings } = this.#table;
    const before = rows[direction].size;
    for (const row of rows[direction]) {
      if (row.members.size > 0) continue;
      rows[direction].delete(row);
      eachRuled(row, (map, key, ruling) => {
        this.#sweep.delete(map, key);
        rulings.unuse(ruling);
      });
    }
    return rows[direction].size < before;
  }

  #rulings(): void {
    const { added, dropped } = this.#table.rulings.settle();
    for (const ruling of added) {
      eachRulingElement(ruling, ruling.id!, (map, key, value) => this.#apply.add(map, key, value));
    }
    for (const { ruling, id } of dropped) {
      eachRulingElement(ruling, id, (map, key) => this.#sweep.delete(map, key));
    }
  }
}
