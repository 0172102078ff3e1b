import type { PortSet } from '../../model/port-set.ts';
import { PairMemo } from '../ids/pair-memo.ts';
import type { Id } from '../ids/pair-memo.ts';
import type { Unknown } from '../verdict/side.ts';
import { ALL_PORTS_ID, NO_PORTS_ID } from './port-table.ts';
import type { PortTable } from './port-table.ts';
import { apart, together, unknownsOf } from './unknown-bits.ts';

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

/** The id of the grant, and of the reach, that lets nothing through. */
export const NOTHING: Id = 0;
/** The id of the grant, and of the reach, that lets everything through. */
export const EVERYTHING: Id = 1;

/** Every reach that occurs in one map, each kept once and named by a number. */
export class ReachTable {
  readonly #ports: PortTable;
  readonly #reaches: ReachIds[] = [];
  readonly #ids = new PairMemo((certain, rest) => {
    const [depends, unknowns] = apart(rest);
    return this.#reaches.push({ certain, depends, unknowns }) - 1;
  });
  /** By id of a set of ports: one more than the reach that it is surely; 0 where there is none yet. */
  #sure = new Int32Array(256);
  readonly #shown = new Map<Id, Reach>();
  readonly #joins = new PairMemo((a, b) => this.#join(a, b));

  constructor(ports: PortTable) {
    this.#ports = ports;
    this.sure(NO_PORTS_ID);
    this.sure(ALL_PORTS_ID);
  }

  /** What a reach id stands for. */
  get(id: Id): Reach {
    let reach = this.#shown.get(id);
    if (reach === undefined) {
      const { certain, depends, unknowns } = this.#reaches[id]!;
      reach = {
        certain: this.#ports.get(certain),
        depends: this.#ports.get(depends),
        unknowns: unknownsOf(unknowns),
      };
      this.#shown.set(id, reach);
    }
    return reach;
  }

  /** The reach of sets of ports; `depends` has none of `certain`. */
  add(certain: Id, depends: Id, unknowns: number): Id {
    return this.#ids.get(certain, together(depends, depends === NO_PORTS_ID ? 0 : unknowns));
  }

  /** The reach that is surely a set of ports, and no more. */
  sure(ports: Id): Id {
    const known = this.#sure[ports];
    if (known !== undefined && known !== 0) return known - 1;
    const reach = this.add(ports, NO_PORTS_ID, 0);
    if (ports >= this.#sure.length) {
      const longer = new Int32Array(2 * (ports + 1));
      longer.set(this.#sure);
      this.#sure = longer;
    }
    this.#sure[ports] = reach + 1;
    return reach;
  }

  /** What either of two reaches lets through, for a group of pairs. */
  join(a: Id, b: Id): Id {
    if (a === b || b === NOTHING) return a;
    if (a === NOTHING) return b;
    if (a === EVERYTHING || b === EVERYTHING) return EVERYTHING;
    const [first, second] = [this.#reaches[a]!, this.#reaches[b]!];
    if (first.depends === NO_PORTS_ID && second.depends === NO_PORTS_ID)
      return this.sure(this.#ports.union(first.certain, second.certain));
    return this.#joins.get(a, b);
  }

  /** What any of some reaches lets through. Of the unknowns, some may speak of ports that others surely allow. */
  joinAll(ids: readonly Id[]): Id {
    let certain = NO_PORTS_ID;
    let depends = NO_PORTS_ID;
    let unknowns = 0;
    for (let i = 0; i < ids.length; i++) {
      const reach = this.#reaches[ids[i]!]!;
      certain = this.#ports.union(certain, reach.certain);
      depends = this.#ports.union(depends, reach.depends);
      unknowns |= reach.unknowns;
    }
    return this.add(certain, this.#ports.subtract(depends, certain), unknowns);
  }

  #join(a: Id, b: Id): Id {
    const [first, second] = [this.#reaches[a]!, this.#reaches[b]!];
    const certain = this.#ports.union(first.certain, second.certain);
    const depends = this.#ports.subtract(this.#ports.union(first.depends, second.depends), certain);
    return this.add(certain, depends, first.unknowns | second.unknowns);
  }
}
