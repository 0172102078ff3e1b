import {
  ALL_PORTS,
  NO_PORTS,
  PROTOCOLS,
  intersectPorts,
  samePorts,
  subtractPorts,
  unionPorts,
} from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import { PairMemo } from '../ids/pair-memo.ts';
import type { Id } from '../ids/pair-memo.ts';
import { PortBits } from './port-bits.ts';

/** The id of the empty port set, in every table. */
export const NO_PORTS_ID: Id = 0;
/** The id of the set of all ports, in every table. */
export const ALL_PORTS_ID: Id = 1;

/**
 * The port sets of one map, each kept once. As long as few ports are told apart, sets are bits and what comes
 * of two of them is worked out anew each time; else it is remembered.
 */
export class PortTable {
  /** Undefined where nobody has asked what the bits stand for. */
  readonly #sets: (PortSet | undefined)[] = [];
  /** Of the sets that were added, by a hash of the set. */
  readonly #ids = new Map<number, Id[]>();
  #bits: PortBits | undefined = new PortBits();
  readonly #unions = new PairMemo((a, b) => this.add(unionPorts(this.get(a), this.get(b))));
  readonly #intersections = new PairMemo((a, b) =>
    this.add(intersectPorts(this.get(a), this.get(b))),
  );
  readonly #differences = new PairMemo((a, b) => this.add(subtractPorts(this.get(a), this.get(b))));

  constructor() {
    this.add(NO_PORTS);
    this.add(ALL_PORTS);
  }

  /** The sets as bits by id; undefined once too many ports are told apart, and then for ever. */
  get bits(): PortBits | undefined {
    return this.#bits;
  }

  get(id: Id): PortSet {
    return (this.#sets[id] ??= this.#bits!.setOf(id));
  }

  add(set: PortSet): Id {
    const hash = hashOf(set);
    const alike = this.#ids.get(hash);
    const known = alike?.find((id) => samePorts(this.get(id), set));
    if (known !== undefined) return known;
    const id = this.#idOf(set);
    this.#sets[id] = set;
    if (alike === undefined) this.#ids.set(hash, [id]);
    else alike.push(id);
    return id;
  }

  #idOf(set: PortSet): Id {
    if (this.#bits?.cut(set) === false) this.#leaveBits(this.#bits);
    return this.#bits === undefined ? this.#sets.length : this.#bits.add(set);
  }

  /** From now on sets are found by what they hold. */
  #leaveBits(bits: PortBits): void {
    for (let id = 0; id < bits.count; id++) {
      const set = this.get(id);
      const hash = hashOf(set);
      const alike = this.#ids.get(hash) ?? [];
      if (!alike.includes(id)) this.#ids.set(hash, [...alike, id]);
    }
    this.#bits = undefined;
  }

  union(a: Id, b: Id): Id {
    if (a === b || b === NO_PORTS_ID || a === ALL_PORTS_ID) return a;
    if (a === NO_PORTS_ID || b === ALL_PORTS_ID) return b;
    return this.#bits === undefined ? this.#unions.get(a, b) : this.#bits.union(a, b);
  }

  intersect(a: Id, b: Id): Id {
    if (a === b || a === NO_PORTS_ID || b === ALL_PORTS_ID) return a;
    if (b === NO_PORTS_ID || a === ALL_PORTS_ID) return b;
    return this.#bits === undefined ? this.#intersections.get(a, b) : this.#bits.intersect(a, b);
  }

  subtract(a: Id, b: Id): Id {
    if (a === b || a === NO_PORTS_ID || b === ALL_PORTS_ID) return NO_PORTS_ID;
    if (b === NO_PORTS_ID) return a;
    return this.#bits === undefined ? this.#differences.get(a, b) : this.#bits.subtract(a, b);
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
