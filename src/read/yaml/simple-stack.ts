import type { MappingNode, SequenceNode, YamlNode } from './node.ts';

/** Maps with more keys are not simple: each key is compared with those before it. */
const MOST_KEYS = 500;

/**
 * The pairs and items of collections while they are read, those of inner ones above those of outer ones.
 * A collection takes its own when it closes: lists of just their length, which is less to collect than
 * lists that grew.
 */
export class SimpleStack {
  readonly #base: number;
  /** How many entries are on the stack; the lists may be longer, for shrinking them costs time. */
  #count = 0;
  readonly #keys: string[] = [];
  readonly #starts: number[] = [];
  readonly #nodes: YamlNode[] = [];

  /** `base` is added to all offsets. */
  constructor(base: number) {
    this.#base = base;
  }

  /** Where the entries of a collection that opens now will begin. */
  get mark(): number {
    return this.#count;
  }

  addItem(node: YamlNode): void {
    this.#nodes[this.#count++] = node;
  }

  /** Adds a pair of the map with that mark; false when it has the key already, or too many. */
  addPair(mark: number, key: string, start: number, value: YamlNode): boolean {
    const at = this.#count;
    for (let i = mark; i < at; i++) if (this.#keys[i] === key) return false;
    this.#keys[at] = key;
    this.#starts[at] = this.#base + start;
    this.#nodes[at] = value;
    this.#count = at + 1;
    return at - mark < MOST_KEYS;
  }

  takeMapping(mark: number, start: number): MappingNode {
    const end = this.#count;
    const keys = this.#keys.slice(mark, end);
    const keyStarts = this.#starts.slice(mark, end);
    const size = 1 + (end - mark) + this.#sizeFrom(mark);
    const values = this.#takeNodes(mark);
    return { kind: 'mapping', start: this.#base + start, keys, keyStarts, values, size };
  }

  takeSequence(mark: number, start: number): SequenceNode {
    const size = 1 + this.#sizeFrom(mark);
    const items = this.#takeNodes(mark);
    return { kind: 'sequence', start: this.#base + start, items, size };
  }

  #sizeFrom(mark: number): number {
    let size = 0;
    for (let i = mark; i < this.#count; i++) size += this.#nodes[i]!.size;
    return size;
  }

  #takeNodes(mark: number): YamlNode[] {
    const nodes = this.#nodes.slice(mark, this.#count);
    this.#count = mark;
    return nodes;
  }
}
