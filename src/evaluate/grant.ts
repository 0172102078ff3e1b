import type { Family } from '../model/address.ts';
import type { PortSet } from '../model/port-set.ts';
import { FULL_LEAVE, LeaveTable, NO_LEAVE } from './leave-table.ts';
import { PairMemo } from './pair-memo.ts';
import type { Id } from './pair-memo.ts';
import { ALL_PORTS_ID, NO_PORTS_ID, PortTable } from './port-table.ts';
import type { Unknown } from './verdict.ts';

/** What one side lets through: a leave (an id of `leaves`) by family, and the unknowns that part sure from at most. */
export interface Grant {
  readonly 4: Id;
  readonly 6: Id;
  readonly unknowns: number;
}

/** What two ends let through together, the families put together (decision D1). */
export interface Reach {
  readonly certain: PortSet;
  /** Ports that are open or not depending on the unknowns; none of `certain`. */
  readonly depends: PortSet;
  readonly unknowns: readonly Unknown[];
}

interface ReachIds {
  readonly certain: Id;
  readonly depends: Id;
  readonly unknowns: number;
}

const UNKNOWNS: readonly Unknown[] = [
  'pod-address',
  'node-address',
  'node-placement',
  'name-address',
  'which-pod',
];
/** Every set of unknowns, as bits, is below it. */
const SETS_OF_UNKNOWNS = 1 << UNKNOWNS.length;

/** The bit that stands for an unknown in a set of them. */
export function unknownBit(unknown: Unknown): number {
  return 1 << UNKNOWNS.indexOf(unknown);
}

/** The id of the grant, and of the reach, that lets nothing through. */
export const NOTHING: Id = 0;
/** The id of the grant, and of the reach, that lets everything through. */
export const EVERYTHING: Id = 1;

/** Every grant and reach that occurs in one map, each kept once and named by a number. */
export class GrantTable {
  readonly ports = new PortTable();
  readonly leaves = new LeaveTable(this.ports);
  readonly #grants: Grant[] = [];
  /** By the leave of each family; the second together with the unknowns. */
  readonly #grantIds = new PairMemo((four, rest) => {
    const [six, unknowns] = apart(rest);
    return this.#grants.push({ 4: four, 6: six, unknowns }) - 1;
  });
  readonly #reaches: ReachIds[] = [];
  readonly #reachIds = new PairMemo((certain, rest) => {
    const [depends, unknowns] = apart(rest);
    return this.#reaches.push({ certain, depends, unknowns }) - 1;
  });
  readonly #shown = new Map<Id, Reach>();
  readonly #joins = new PairMemo((a, b) => this.#join(a, b));
  readonly #reachesOfLeaves = new PairMemo((four, rest) => {
    const [six, unknowns] = apart(rest);
    return this.#reachOf(four, six, unknowns);
  });
  readonly #reachJoins = new PairMemo((a, b) => this.#joinReach(a, b));

  constructor() {
    this.#addGrant(NO_LEAVE, NO_LEAVE, 0);
    this.#addGrant(FULL_LEAVE, FULL_LEAVE, 0);
    this.#addReach(NO_PORTS_ID, NO_PORTS_ID, 0);
    this.#addReach(ALL_PORTS_ID, NO_PORTS_ID, 0);
  }

  /** How many grants there are; ids are below it. */
  get grantCount(): number {
    return this.#grants.length;
  }

  /** What a reach id stands for. */
  reach(id: Id): Reach {
    let reach = this.#shown.get(id);
    if (reach === undefined) {
      const { certain, depends, unknowns } = this.#reaches[id]!;
      reach = {
        certain: this.ports.get(certain),
        depends: this.ports.get(depends),
        unknowns: UNKNOWNS.filter((one) => unknowns & unknownBit(one)),
      };
      this.#shown.set(id, reach);
    }
    return reach;
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
   * What both grants, one of each end, let through: the id of a reach. All pairs ask it of hundreds of
   * thousands of pairs of grants, so what is remembered is the meets of their leaves: a few thousand.
   */
  meet(a: Id, b: Id): Id {
    if (a === NOTHING || b === NOTHING) return NOTHING;
    if (a === EVERYTHING && b === EVERYTHING) return EVERYTHING;
    const first = this.#grants[a]!;
    const second = this.#grants[b]!;
    const four = this.leaves.meet(first[4], second[4]);
    const six = this.leaves.meet(first[6], second[6]);
    return this.#reachesOfLeaves.get(four, together(six, first.unknowns | second.unknowns));
  }

  /** What either of two reaches lets through, for a group of pairs. */
  joinReach(a: Id, b: Id): Id {
    if (a === b || b === NOTHING) return a;
    if (a === NOTHING) return b;
    if (a === EVERYTHING || b === EVERYTHING) return EVERYTHING;
    return this.#reachJoins.get(a, b);
  }

  /** What any of some reaches lets through. Of the unknowns, some may speak of ports that others surely allow. */
  joinReaches(ids: readonly Id[]): Id {
    let certain = NO_PORTS_ID;
    let depends = NO_PORTS_ID;
    let unknowns = 0;
    for (let i = 0; i < ids.length; i++) {
      const reach = this.#reaches[ids[i]!]!;
      certain = this.ports.union(certain, reach.certain);
      depends = this.ports.union(depends, reach.depends);
      unknowns |= reach.unknowns;
    }
    return this.#addReach(certain, this.ports.subtract(depends, certain), unknowns);
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
    return this.#addReach(certain, depends, unknowns);
  }

  #joinReach(a: Id, b: Id): Id {
    const [first, second] = [this.#reaches[a]!, this.#reaches[b]!];
    const certain = this.ports.union(first.certain, second.certain);
    const depends = this.ports.subtract(this.ports.union(first.depends, second.depends), certain);
    return this.#addReach(certain, depends, first.unknowns | second.unknowns);
  }

  #addGrant(four: Id, six: Id, unknowns: number): Id {
    const sure = this.#isSure(four) && this.#isSure(six);
    return this.#grantIds.get(four, together(six, sure ? 0 : unknowns));
  }

  #isSure(leave: Id): boolean {
    return this.leaves.certain(leave) === this.leaves.possible(leave);
  }

  #addReach(certain: Id, depends: Id, unknowns: number): Id {
    return this.#reachIds.get(certain, together(depends, depends === NO_PORTS_ID ? 0 : unknowns));
  }
}

/** An id and a set of unknowns in one number. */
function together(id: Id, unknowns: number): number {
  return id * SETS_OF_UNKNOWNS + unknowns;
}

function apart(both: number): [Id, number] {
  return [Math.floor(both / SETS_OF_UNKNOWNS), both % SETS_OF_UNKNOWNS];
}
