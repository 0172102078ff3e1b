import {
  ALL_PORTS,
  PROTOCOLS,
  intersectPorts,
  isNoPorts,
  samePorts,
  subtractPorts,
} from '../../model/port-set.ts';
import type { PortSet, Protocol } from '../../model/port-set.ts';

/** How many atoms there can be: as many as two words have bits. */
export const MOST_ATOMS = 64;
const WORD = 32;

/**
 * All ports of all protocols, cut into parts that no set of some sets tells apart: their atoms. Each of the sets
 * is a choice of atoms, told by a bit each in two words, so that operations on sets are operations on bits.
 */
export class PortAtoms {
  readonly #atoms: PortSet[] = [ALL_PORTS];

  get count(): number {
    return this.#atoms.length;
  }

  /**
   * Cuts atoms so that the set becomes a choice of them. Returns the number of the atom that each new one was
   * cut from, in the order of the new; undefined if there would be too many, and then none is cut.
   */
  cut(set: PortSet): number[] | undefined {
    const from: number[] = [];
    const insides: PortSet[] = [];
    this.#atoms.forEach((atom, number) => {
      const inside = intersectPorts(atom, set);
      if (isNoPorts(inside) || samePorts(inside, atom)) return;
      from.push(number);
      insides.push(inside);
    });
    if (this.#atoms.length + from.length > MOST_ATOMS) return undefined;
    from.forEach((number, i) => {
      this.#atoms.push(subtractPorts(this.#atoms[number]!, set));
      this.#atoms[number] = insides[i]!;
    });
    return from;
  }

  /** The bits of a set that is a choice of atoms. */
  bitsOf(set: PortSet): readonly [low: number, high: number] {
    const words: [number, number] = [0, 0];
    this.#atoms.forEach((atom, number) => {
      if (!isNoPorts(intersectPorts(atom, set)))
        words[number < WORD ? 0 : 1] |= 1 << (number % WORD);
    });
    return words;
  }

  /** The set that bits stand for. */
  setOf(low: number, high: number): PortSet {
    const chosen = this.#atoms.filter(
      (_, number) => ((number < WORD ? low : high) & (1 << (number % WORD))) !== 0,
    );
    const boundsOf = (protocol: Protocol): number[] => joined(chosen.map((atom) => atom[protocol]));
    const [TCP, UDP, SCTP] = PROTOCOLS.map((protocol) => boundsOf(protocol));
    return { TCP: TCP!, UDP: UDP!, SCTP: SCTP!, other: chosen.some(({ other }) => other) };
  }
}

/** The bounds of the ranges together, which do not overlap. */
function joined(lists: readonly (readonly number[])[]): number[] {
  const ranges: [number, number][] = [];
  for (const list of lists)
    for (let i = 0; i < list.length; i += 2) ranges.push([list[i]!, list[i + 1]!]);
  ranges.sort(([a], [b]) => a - b);
  const bounds: number[] = [];
  for (const [low, high] of ranges) {
    if (bounds.at(-1) === low - 1) bounds[bounds.length - 1] = high;
    else bounds.push(low, high);
  }
  return bounds;
}
