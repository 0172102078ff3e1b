import {
  ALL_PORTS,
  NO_PORTS,
  PROTOCOLS,
  intersectPorts,
  subtractPorts,
  unionPorts,
} from '../model/port-set.ts';
import type { PortBounds, PortSet } from '../model/port-set.ts';
import { PairMemo } from './pair-memo.ts';
import type { Id } from './pair-memo.ts';

/** The id of the empty port set, in every table. */
export const NO_PORTS_ID: Id = 0;
/** The id of the set of all ports, in every table. */
export const ALL_PORTS_ID: Id = 1;

/** The port sets of one map, each kept once, with their operations remembered. */
export class PortTable {
  readonly #sets: PortSet[] = [];
  /** By a hash of the set. */
  readonly #ids = new Map<number, Id[]>();
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
    const hash = hashOf(set);
    const alike = this.#ids.get(hash);
    const known = alike?.find((id) => isSame(this.get(id), set));
    if (known !== undefined) return known;
    const id = this.#sets.push(set) - 1;
    if (alike === undefined) this.#ids.set(hash, [id]);
    else alike.push(id);
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

/** Numbers rather than a text of the set: thousands are made that occurred before. */
function hashOf(set: PortSet): number {
  let hash = set.other ? 1 : 0;
  for (const protocol of PROTOCOLS) {
    const bounds = set[protocol];
    hash = Math.imul(hash, 31) + bounds.length;
    for (let i = 0; i < bounds.length; i++) hash = (Math.imul(hash, 0x0100_0193) ^ bounds[i]!) | 0;
  }
  return hash;
}

function isSame(a: PortSet, b: PortSet): boolean {
  if (a.other !== b.other) return false;
  return PROTOCOLS.every((protocol) => sameBounds(a[protocol], b[protocol]));
}

function sameBounds(a: PortBounds, b: PortBounds): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
