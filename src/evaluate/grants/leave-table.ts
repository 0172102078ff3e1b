import { PairMemo } from '../ids/pair-memo.ts';
import type { Id } from '../ids/pair-memo.ts';
import { ALL_PORTS_ID, NO_PORTS_ID } from './port-table.ts';
import type { PortTable } from './port-table.ts';

/** The id of the leave that lets nothing through, in every table. */
export const NO_LEAVE: Id = 0;
/** The id of the leave that lets everything through, in every table. */
export const FULL_LEAVE: Id = 1;

/**
 * What one side lets through over one family: a set of ports surely, and one at most. Each leave is kept
 * once, with its operations remembered: there are far fewer leaves than grants made of them.
 */
export class LeaveTable {
  readonly #ports: PortTable;
  readonly #certain: Id[] = [];
  readonly #possible: Id[] = [];
  readonly #ids = new PairMemo((certain, possible) => {
    this.#certain.push(certain);
    return this.#possible.push(possible) - 1;
  });
  readonly #joins = new PairMemo((a, b) =>
    this.add(
      this.#ports.union(this.certain(a), this.certain(b)),
      this.#ports.union(this.possible(a), this.possible(b)),
    ),
  );
  readonly #meets = new PairMemo((a, b) => {
    const [first, second] = [this.certain(a), this.certain(b)];
    const certain = this.#ports.intersect(first, second);
    const [most, mostOfOther] = [this.possible(a), this.possible(b)];
    const isSure = first === most && second === mostOfOther;
    return this.add(certain, isSure ? certain : this.#ports.intersect(most, mostOfOther));
  });

  constructor(ports: PortTable) {
    this.#ports = ports;
    this.add(NO_PORTS_ID, NO_PORTS_ID);
    this.add(ALL_PORTS_ID, ALL_PORTS_ID);
  }

  /** The leave of these ports; `possible` holds all of `certain`. */
  add(certain: Id, possible: Id): Id {
    return this.#ids.get(certain, possible);
  }

  certain(id: Id): Id {
    return this.#certain[id]!;
  }

  possible(id: Id): Id {
    return this.#possible[id]!;
  }

  /** What either lets through. */
  join(a: Id, b: Id): Id {
    if (a === b || b === NO_LEAVE || a === FULL_LEAVE) return a;
    if (a === NO_LEAVE || b === FULL_LEAVE) return b;
    return this.#joins.get(a, b);
  }

  /** What both let through. */
  meet(a: Id, b: Id): Id {
    if (a === b || a === NO_LEAVE || b === FULL_LEAVE) return a;
    if (b === NO_LEAVE || a === FULL_LEAVE) return b;
    return this.#meets.get(a, b);
  }
}
