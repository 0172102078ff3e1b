import type { Family } from '../model/address.ts';
import type { PortSet } from '../model/port-set.ts';
import { PairMemo } from './pair-memo.ts';
import type { Id } from './pair-memo.ts';
import { ALL_PORTS_ID, NO_PORTS_ID, PortTable } from './port-table.ts';
import type { Unknown } from './verdict.ts';

/** What one side lets through over one family, surely and at most: ids of port sets. */
interface Leave {
  readonly certain: Id;
  readonly possible: Id;
}

/** What one side lets through, by family, and the unknowns that part sure from at most. */
interface Grant {
  readonly 4: Leave;
  readonly 6: Leave;
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

const UNKNOWNS: readonly Unknown[] = ['pod-address', 'node-address', 'node-placement', 'which-pod'];

/** The bit that stands for an unknown in a set of them. */
export function unknownBit(unknown: Unknown): number {
  return 1 << UNKNOWNS.indexOf(unknown);
}

const NONE: Leave = { certain: NO_PORTS_ID, possible: NO_PORTS_ID };
const FULL: Leave = { certain: ALL_PORTS_ID, possible: ALL_PORTS_ID };

/** The id of the grant, and of the reach, that lets nothing through. */
export const NOTHING: Id = 0;
/** The id of the grant, and of the reach, that lets everything through. */
export const EVERYTHING: Id = 1;

/** Every grant and reach that occurs in one map, each kept once and named by a number. */
export class GrantTable {
  readonly #ports = new PortTable();
  readonly #grants: Grant[] = [];
  readonly #grantIds = new Map<string, Id>();
  readonly #reaches: ReachIds[] = [];
  readonly #reachIds = new Map<number, Id>();
  readonly #shown = new Map<Id, Reach>();
  readonly #joins = new PairMemo((a, b) => this.#join(a, b));
  readonly #meets = new PairMemo((a, b) => this.#meet(a, b));
  readonly #reachJoins = new PairMemo((a, b) => this.#joinReach(a, b));

  constructor() {
    this.#addGrant(NONE, NONE, 0);
    this.#addGrant(FULL, FULL, 0);
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
        certain: this.#ports.get(certain),
        depends: this.#ports.get(depends),
        unknowns: UNKNOWNS.filter((one) => unknowns & unknownBit(one)),
      };
      this.#shown.set(id, reach);
    }
    return reach;
  }

  /** The grant of ports over the families: surely, or only possibly when there are unknowns. */
  addPorts(ports: PortSet, families: readonly Family[], unknowns = 0): Id {
    const possible = this.#ports.add(ports);
    const leave: Leave = { certain: unknowns === 0 ? possible : NO_PORTS_ID, possible };
    return this.#addGrant(
      families.includes(4) ? leave : NONE,
      families.includes(6) ? leave : NONE,
      unknowns,
    );
  }

  /** The part of a grant that goes over one family, surely, or only possibly when there are unknowns. */
  narrow(id: Id, family: Family, unknowns = 0): Id {
    return this.addPorts(this.#ports.get(this.#grants[id]![family].certain), [family], unknowns);
  }

  /** The grant cut down to the families. */
  restrict(id: Id, families: readonly Family[]): Id {
    if (families.length === 2) return id;
    const grant = this.#grants[id]!;
    return this.#addGrant(
      families.includes(4) ? grant[4] : NONE,
      families.includes(6) ? grant[6] : NONE,
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

  /** What both grants, one of each end, let through: the id of a reach. */
  meet(a: Id, b: Id): Id {
    if (a === NOTHING || b === NOTHING) return NOTHING;
    if (a === EVERYTHING && b === EVERYTHING) return EVERYTHING;
    return this.#meets.get(a, b);
  }

  /** What either of two reaches lets through, for a group of pairs. */
  joinReach(a: Id, b: Id): Id {
    if (a === b || b === NOTHING) return a;
    if (a === NOTHING) return b;
    if (a === EVERYTHING || b === EVERYTHING) return EVERYTHING;
    return this.#reachJoins.get(a, b);
  }

  #join(a: Id, b: Id): Id {
    const [first, second] = [this.#grants[a]!, this.#grants[b]!];
    return this.#addGrant(
      this.#joinLeaves(first[4], second[4]),
      this.#joinLeaves(first[6], second[6]),
      first.unknowns | second.unknowns,
    );
  }

  #joinLeaves(a: Leave, b: Leave): Leave {
    return {
      certain: this.#ports.union(a.certain, b.certain),
      possible: this.#ports.union(a.possible, b.possible),
    };
  }

  #meet(a: Id, b: Id): Id {
    const [first, second] = [this.#grants[a]!, this.#grants[b]!];
    const ports = this.#ports;
    const certain = ports.union(
      ports.intersect(first[4].certain, second[4].certain),
      ports.intersect(first[6].certain, second[6].certain),
    );
    const possible = ports.union(
      ports.intersect(first[4].possible, second[4].possible),
      ports.intersect(first[6].possible, second[6].possible),
    );
    return this.#addReach(
      certain,
      ports.subtract(possible, certain),
      first.unknowns | second.unknowns,
    );
  }

  #joinReach(a: Id, b: Id): Id {
    const [first, second] = [this.#reaches[a]!, this.#reaches[b]!];
    const certain = this.#ports.union(first.certain, second.certain);
    const depends = this.#ports.subtract(this.#ports.union(first.depends, second.depends), certain);
    return this.#addReach(certain, depends, first.unknowns | second.unknowns);
  }

  #addGrant(v4: Leave, v6: Leave, bits: number): Id {
    const sure = v4.certain === v4.possible && v6.certain === v6.possible;
    const unknowns = sure ? 0 : bits;
    const key = `${v4.certain},${v4.possible},${v6.certain},${v6.possible},${unknowns}`;
    let id = this.#grantIds.get(key);
    if (id === undefined) {
      this.#grantIds.set(key, (id = this.#grants.length));
      this.#grants.push({ 4: v4, 6: v6, unknowns });
    }
    return id;
  }

  #addReach(certain: Id, depends: Id, bits: number): Id {
    const unknowns = depends === NO_PORTS_ID ? 0 : bits;
    const key = (certain * 0x10_0000 + depends) * 0x10 + unknowns;
    let id = this.#reachIds.get(key);
    if (id === undefined) {
      this.#reachIds.set(key, (id = this.#reaches.length));
      this.#reaches.push({ certain, depends, unknowns });
    }
    return id;
  }
}
