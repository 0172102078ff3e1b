import {
  ALL_PORTS,
  NO_PORTS,
  intersectPorts,
  portSetKey,
  subtractPorts,
  unionPorts,
} from '../model/port-set.ts';
import type { PortSet } from '../model/port-set.ts';
import { PairMemo } from './pair-memo.ts';
import type { Id } from './pair-memo.ts';

/** The id of the empty port set, in every table. */
export const NO_PORTS_ID: Id = 0;
/** The id of the set of all ports, in every table. */
export const ALL_PORTS_ID: Id = 1;

/** The port sets of one map, each kept once, with their operations remembered. */
export class PortTable {
  readonly #sets: PortSet[] = [];
  readonly #ids = new Map<string, Id>();
  readonly #unions = new PairMemo((a, b) => this.add(unionPorts(this.get(a), this.get(b))));
  readonly #intersections = new PairMemo((a, b) =>
    this.add(intersectPorts(this.get(a), this.get(b))),
  );
  readonly #differences = new PairMemo((a, b) => this.add(subtractPorts(this.get(a), this.get(b))));

  constructor() {
    this.add(NO_PORTS);
    this.add(ALL_PORTS);
  }

  get(id: Id): PortSet {
    return this.#sets[id]!;
  }

  add(set: PortSet): Id {
    const key = portSetKey(set);
    let id = this.#ids.get(key);
    if (id === undefined) {
      this.#ids.set(key, (id = this.#sets.length));
      this.#sets.push(set);
    }
    return id;
  }

  union(a: Id, b: Id): Id {
    if (a === b || b === NO_PORTS_ID || a === ALL_PORTS_ID) return a;
    if (a === NO_PORTS_ID || b === ALL_PORTS_ID) return b;
    return this.#unions.get(a, b);
  }

  intersect(a: Id, b: Id): Id {
    if (a === b || a === NO_PORTS_ID || b === ALL_PORTS_ID) return a;
    if (b === NO_PORTS_ID || a === ALL_PORTS_ID) return b;
    return this.#intersections.get(a, b);
  }

  subtract(a: Id, b: Id): Id {
    if (a === b || a === NO_PORTS_ID || b === ALL_PORTS_ID) return NO_PORTS_ID;
    return b === NO_PORTS_ID ? a : this.#differences.get(a, b);
  }
}
