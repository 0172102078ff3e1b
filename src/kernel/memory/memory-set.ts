import type { ElementType } from '../../compile/ruleset/ruleset.ts';
import { fieldJson, isSingle, keyText, overlaps, parseKey } from '../nft/element-key.ts';
import type { Key, Range } from '../nft/element-key.ts';

interface Element {
  readonly key: Key;
  readonly value: Range | undefined;
}

/** Takes one change back. */
export type Undo = () => void;

/** A set or map kept in memory, that refuses what the kernel refuses. */
export class MemorySet {
  readonly key: readonly ElementType[];
  readonly value: ElementType | undefined;
  readonly interval: boolean;
  /** What follows the types, to tell whether a second declaration says the same. */
  readonly declared: string;
  #elements = new Map<string, Element>();
  /** Elements by the one value of their first field; those that cover several there are under undefined. */
  #byFirst = new Map<bigint | undefined, Set<Element>>();

  /** From what stands in the braces of `add set` or `add map`. */
  constructor(declaration: string) {
    const type = /(?:^|[;\s])type\s+([^;:]+?)\s*(?::\s*(\w+)\s*)?(?:;|$)/.exec(declaration);
    if (type === null) throw new Error('a set is declared without its type');
    this.key = type[1]!.split(/\s+\.\s+/) as ElementType[];
    this.value = type[2] as ElementType | undefined;
    this.interval = /flags[^;]*\binterval\b/.test(declaration);
    this.declared = declaration.replaceAll(/[\s;]+/g, ' ').trim();
  }

  get size(): number {
    return this.#elements.size;
  }

  /** Adds `KEY` or `KEY : VALUE`; an equal one that is there already is no error. */
  add(text: string): Undo {
    const element = this.#parse(text);
    if (!this.interval && !isSingle(element.key)) {
      throw new Error(`\`${text}\` covers several values, and the set has no flag interval`);
    }
    const name = keyText(element.key);
    const there = this.#elements.get(name);
    if (there !== undefined) {
      if (there.value?.low === element.value?.low) return () => {};
      throw new Error(`\`${text}\` is there with another value: File exists`);
    }
    if (this.interval) {
      const other = this.#candidates(element.key).find(({ key }) => overlaps(key, element.key));
      if (other !== undefined) throw new Error(`\`${text}\` overlaps with an element: File exists`);
    }
    this.#insert(name, element);
    return () => this.#remove(name, element);
  }

  /** Deletes by the key; only exactly what was added, where the kernel may take what covers it. */
  delete(text: string): Undo {
    const { key } = this.#parse(text);
    if (this.#isMisspelt(text, key)) {
      throw new Error(`\`${text}\` is to be written as a range: No such file or directory`);
    }
    const name = keyText(key);
    const element = this.#elements.get(name);
    if (element === undefined) {
      throw new Error(`\`${text}\` is not there: No such file or directory`);
    }
    this.#remove(name, element);
    return () => this.#insert(name, element);
  }

  /**
   * nft 1.0.6 puts the bytes of a classid the other way round when it deletes from a concatenation with
   * intervals and no field is written as a range, so that the kernel does not find what was added.
   */
  #isMisspelt(text: string, key: Key): boolean {
    const wrongWay = this.interval && this.key.length > 1 && this.key.includes('classid');
    return wrongWay && isSingle(key) && !text.includes('-');
  }

  flush(): Undo {
    const elements = this.#elements;
    const byFirst = this.#byFirst;
    this.#elements = new Map();
    this.#byFirst = new Map();
    return () => {
      this.#elements = elements;
      this.#byFirst = byFirst;
    };
  }

  /** The elements as `nft -j` writes them. */
  json(): unknown[] {
    return [...this.#elements.values()].map(({ key, value }) => {
      const fields = key.map((range, i) => fieldJson(range, this.key[i]!));
      const first = fields.length === 1 ? fields[0] : { concat: fields };
      return value === undefined ? first : [first, fieldJson(value, this.value!)];
    });
  }

  #parse(text: string): Element {
    // Between key and value stands a colon with blanks around it; those of addresses have none.
    const colon = text.indexOf(' : ');
    const written = (colon === -1 ? text : text.slice(0, colon)).replace(/\s+counter(\s.*)?$/, '');
    const key = parseKey(written.trim(), this.key);
    if (colon === -1) return { key, value: undefined };
    if (this.value === undefined) throw new Error(`\`${text}\` has a value, and a set takes none`);
    return { key, value: parseKey(text.slice(colon + 3).trim(), [this.value])[0] };
  }

  /** All elements that may overlap with the key, and others. */
  #candidates(key: Key): Element[] {
    const [{ low, high }] = key as [Range];
    if (low !== high) return [...this.#elements.values()];
    return [...(this.#byFirst.get(low) ?? []), ...(this.#byFirst.get(undefined) ?? [])];
  }

  #insert(name: string, element: Element): void {
    this.#elements.set(name, element);
    const first = firstOf(element);
    const alike = this.#byFirst.get(first);
    if (alike === undefined) this.#byFirst.set(first, new Set([element]));
    else alike.add(element);
  }

  #remove(name: string, element: Element): void {
    this.#elements.delete(name);
    this.#byFirst.get(firstOf(element))?.delete(element);
  }
}

function firstOf({ key }: Element): bigint | undefined {
  const [{ low, high }] = key as [Range];
  return low === high ? low : undefined;
}
