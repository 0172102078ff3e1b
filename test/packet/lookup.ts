import type { ElementType, NamedSet } from '../../src/compile/ruleset/ruleset.ts';
import { parseKey, parseRange } from './value-text.ts';
import type { Range } from './value-text.ts';

interface Element {
  readonly text: string;
  readonly ranges: readonly Range[];
  readonly value: bigint;
}

/**
 * A set or map as rules look keys up in it. Throws where nft would refuse the elements: overlapping
 * intervals, ranges without `flags interval`, one key twice, a value in a set or none in a map, more
 * elements than its size.
 *
 * A concatenated interval matches when every part lies within its range (pipapo in the kernel).
 */
export class Lookup {
  readonly name: string;
  readonly key: readonly ElementType[];
  readonly value: ElementType | undefined;
  /** Exact keys, or for intervals the elements by their first part where that is a single value. */
  readonly #exact = new Map<string, bigint>();
  readonly #byFirst = new Map<bigint, Element[]>();
  readonly #wide: Element[] = [];
  readonly #interval: boolean;

  constructor({
    name,
    key,
    value,
    interval = false,
    timeout = false,
    size = Infinity,
    elements,
  }: NamedSet) {
    this.name = name;
    this.key = key;
    this.value = value;
    this.#interval = interval;
    if (elements.size > size) throw new Error(`${name} has more than its ${size} elements`);
    const all: Element[] = [];
    for (const [text, valueText] of elements) {
      // how long it is there is for whoever asks for the ruleset at another time
      const key = timeout ? text.replace(/ timeout \d+s$/, '') : text;
      all.push(this.#element(key, valueText));
    }
    if (interval) this.#keepIntervals(all);
    else this.#keepExact(all);
  }

  /** What the key leads to: the value in a map, 0 in a set, undefined when no element has the key. */
  find(key: readonly bigint[]): bigint | undefined {
    if (!this.#interval) return this.#exact.get(key.join());
    const near = this.#byFirst.get(key[0]!);
    return (near && findIn(near, key)) ?? findIn(this.#wide, key);
  }

  #element(text: string, valueText: string): Element {
    const told = `element \`${text}\` of ${this.name}`;
    const ranges = attempt(told, () => parseKey(this.key, text));
    if (!this.#interval && ranges.some(({ low, high }) => low !== high)) {
      throw new SyntaxError(`${told}: a range needs \`flags interval\``);
    }
    if (this.value === undefined) {
      if (valueText !== '') throw new SyntaxError(`${told}: a set has no values`);
      return { text, ranges, value: 0n };
    }
    const type = this.value;
    const { low, high } = attempt(told, () => parseRange(type, valueText));
    if (low !== high) throw new SyntaxError(`${told}: a key leads to one value`);
    return { text, ranges, value: low };
  }

  #keepExact(elements: readonly Element[]): void {
    for (const { text, ranges, value } of elements) {
      const key = ranges.map(({ low }) => low).join();
      if (this.#exact.has(key)) throw new SyntaxError(`${this.name} has \`${text}\` twice`);
      this.#exact.set(key, value);
    }
  }

  #keepIntervals(elements: Element[]): void {
    elements.sort((a, b) => compare(a.ranges[0]!.low, b.ranges[0]!.low));
    let open: Element[] = [];
    for (const element of elements) {
      const { low, high } = element.ranges[0]!;
      open = open.filter(({ ranges }) => ranges[0]!.high >= low);
      const other = open.find(({ ranges }) => meet(ranges, element.ranges));
      if (other !== undefined) {
        throw new SyntaxError(`\`${other.text}\` and \`${element.text}\` overlap in ${this.name}`);
      }
      open.push(element);
      if (low !== high) this.#wide.push(element);
      else if (this.#byFirst.get(low)?.push(element) === undefined) {
        this.#byFirst.set(low, [element]);
      }
    }
  }
}

function findIn(elements: readonly Element[], key: readonly bigint[]): bigint | undefined {
  return elements.find(({ ranges }) =>
    ranges.every(({ low, high }, i) => low <= key[i]! && key[i]! <= high),
  )?.value;
}

function meet(a: readonly Range[], b: readonly Range[]): boolean {
  return a.every(({ low, high }, i) => low <= b[i]!.high && b[i]!.low <= high);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Says of which element a fault is. */
function attempt<T>(told: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new SyntaxError(`${told}: ${(error as Error).message}`, { cause: error });
  }
}
