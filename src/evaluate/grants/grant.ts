import type { Family } from '../../model/address.ts';
import { PairMemo } from '../ids/pair-memo.ts';
import type { Id } from '../ids/pair-memo.ts';
import { GrantWords, UNSURE, WORDS } from './grant-words.ts';
import type { Grant } from './grant-words.ts';
import { FULL_LEAVE, LeaveTable, NO_LEAVE } from './leave-table.ts';
import type { PortBits } from './port-bits.ts';
import { NO_PORTS_ID, PortTable } from './port-table.ts';
import { EVERYTHING, NOTHING, ReachTable } from './reach-table.ts';
import { apart, together } from './unknown-bits.ts';

export { EVERYTHING, NOTHING };

/** Every grant that occurs in one map, each kept once and named by a number; and every reach. */
export class GrantTable {
  readonly ports = new PortTable();
  readonly leaves = new LeaveTable(this.ports);
  readonly reaches = new ReachTable(this.ports);
  readonly #grants: Grant[] = [];
  /** By the leave of each family; the second together with the unknowns. */
  readonly #grantIds = new PairMemo((four, rest) => {
    const [six, unknowns] = apart(rest);
    return this.#grants.push({ 4: four, 6: six, unknowns }) - 1;
  });
  readonly #joins = new PairMemo((a, b) => this.#join(a, b));
  readonly #reachesOfLeaves = new PairMemo((four, rest) => {
    const [six, unknowns] = apart(rest);
    return this.#reachOf(four, six, unknowns);
  });
  readonly #words = new GrantWords(this.leaves, this.#grants);

  constructor() {
    this.#addGrant(NO_LEAVE, NO_LEAVE, 0);
    this.#addGrant(FULL_LEAVE, FULL_LEAVE, 0);
  }

  /** How many grants there are; ids are below it. */
  get grantCount(): number {
    return this.#grants.length;
  }

  /** What a grant id stands for. */
  partsOf(id: Id): Grant {
    return this.#grants[id]!;
  }

  /** The grant of these leaves. */
  ofLeaves(four: Id, six: Id, unknowns: number): Id {
    return this.#addGrant(four, six, unknowns);
  }

  /** The grant of a set of ports over the families: surely, or only possibly when there are unknowns. */
  addPorts(possible: Id, families: readonly Family[], unknowns = 0): Id {
    const leave = this.leaves.add(unknowns === 0 ? possible : NO_PORTS_ID, possible);
    return this.#addGrant(
      families.includes(4) ? leave : NO_LEAVE,
      families.includes(6) ? leave : NO_LEAVE,
      unknowns,
    );
  }

  /** The part of a grant that goes over one family, surely, or only possibly when there are unknowns. */
  narrow(id: Id, family: Family, unknowns = 0): Id {
    return this.addPorts(this.leaves.certain(this.#grants[id]![family]), [family], unknowns);
  }

  /** The grant cut down to the families. */
  restrict(id: Id, families: readonly Family[]): Id {
    if (families.length === 2) return id;
    const grant = this.#grants[id]!;
    return this.#addGrant(
      families.includes(4) ? grant[4] : NO_LEAVE,
      families.includes(6) ? grant[6] : NO_LEAVE,
      grant.unknowns,
    );
  }

  /** What either grant lets through. */
  join(a: Id, b: Id): Id {
    if (a === b || b === NOTHING) return a;
    if (a === NOTHING) return b;
    if (a === EVERYTHING || b === EVERYTHING) return EVERYTHING;
    return this.#joins.get(a, b);
  }

  /**
   * What both grants, one of each end, let through: the id of a reach. All pairs ask it millions of times, of
   * hundreds of thousands of pairs of grants: to work it out on bits is quicker than to look up what it was.
   */
  meet(a: Id, b: Id): Id {
    if (a === NOTHING || b === NOTHING) return NOTHING;
    if (a === EVERYTHING && b === EVERYTHING) return EVERYTHING;
    const { bits } = this.ports;
    return bits === undefined ? this.#meetLeaves(a, b) : this.#meetWords(a, b, bits);
  }

  #meetWords(a: Id, b: Id, bits: PortBits): Id {
    const words = this.#words.of(bits);
    const i = a * WORDS;
    const k = b * WORDS;
    const low = (words[i]! & words[k]!) | (words[i + 1]! & words[k + 1]!);
    const high = (words[i + 2]! & words[k + 2]!) | (words[i + 3]! & words[k + 3]!);
    const certain = bits.idOf(low, high);
    const unknowns = words[i + 8]! | words[k + 8]!;
    if (unknowns === 0) return this.reaches.sure(certain);
    const atMostLow = (words[i + 4]! & words[k + 4]!) | (words[i + 5]! & words[k + 5]!);
    const atMostHigh = (words[i + 6]! & words[k + 6]!) | (words[i + 7]! & words[k + 7]!);
    if (atMostLow === low && atMostHigh === high) return this.reaches.sure(certain);
    const depends = bits.idOf(atMostLow & ~low, atMostHigh & ~high);
    return this.reaches.add(certain, depends, unknowns & ~UNSURE);
  }

  /** As meeting words, but what is remembered is the meets of leaves: a few thousand. */
  #meetLeaves(a: Id, b: Id): Id {
    const first = this.#grants[a]!;
    const second = this.#grants[b]!;
    const four = this.leaves.meet(first[4], second[4]);
    const six = this.leaves.meet(first[6], second[6]);
    return this.#reachesOfLeaves.get(four, together(six, first.unknowns | second.unknowns));
  }

  #join(a: Id, b: Id): Id {
    const [first, second] = [this.#grants[a]!, this.#grants[b]!];
    return this.#addGrant(
      this.leaves.join(first[4], second[4]),
      this.leaves.join(first[6], second[6]),
      first.unknowns | second.unknowns,
    );
  }

  #reachOf(four: Id, six: Id, unknowns: number): Id {
    const leave = this.leaves.join(four, six);
    const certain = this.leaves.certain(leave);
    const depends = this.ports.subtract(this.leaves.possible(leave), certain);
    return this.reaches.add(certain, depends, unknowns);
  }

  #addGrant(four: Id, six: Id, unknowns: number): Id {
    const sure = this.#isSure(four) && this.#isSure(six);
    return this.#grantIds.get(four, together(six, sure ? 0 : unknowns));
  }

  #isSure(leave: Id): boolean {
    return this.leaves.certain(leave) === this.leaves.possible(leave);
  }
}
