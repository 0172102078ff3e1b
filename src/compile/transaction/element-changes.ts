/** Elements to delete from sets, by their keys, and to add to them. */
export class ElementChanges {
  readonly #added = new Map<string, string[]>();
  readonly #deleted = new Map<string, string[]>();
  readonly #flushed = new Set<string>();

  /** `value`: of a map only. */
  add(set: string, key: string, value?: string): void {
    push(this.#added, set, value === undefined ? key : `${key} : ${value}`);
  }

  delete(set: string, key: string): void {
    push(this.#deleted, set, key);
  }

  /** Empties a map first; nothing of it may be deleted then. */
  flush(map: string): void {
    this.#flushed.add(map);
  }

  flushes(map: string): boolean {
    return this.#flushed.has(map);
  }

  get isEmpty(): boolean {
    return this.#added.size === 0 && this.#deleted.size === 0 && this.#flushed.size === 0;
  }

  /** The maps that are emptied first. */
  get flushed(): Iterable<string> {
    return this.#flushed;
  }

  touches(set: string): boolean {
    return this.#added.has(set) || this.#deleted.has(set);
  }

  /** What goes from each set: first, so that a key may come again with another value. */
  get deleted(): Iterable<[set: string, keys: readonly string[]]> {
    return this.#deleted;
  }

  /** What comes into each set, as nft writes elements. */
  get added(): Iterable<[set: string, elements: readonly string[]]> {
    return this.#added;
  }
}

/** What a change does to the elements of the kernel's sets. */
export interface Delta {
  readonly apply: ElementChanges;
  /** What only packets on their way during `apply` may still look at. */
  readonly sweep: ElementChanges;
  readonly narrows: boolean;
  /** Whether some of what is granted is granted by the sweep. */
  readonly late: boolean;
}

function push(lists: Map<string, string[]>, set: string, text: string): void {
  const list = lists.get(set);
  if (list === undefined) lists.set(set, [text]);
  else list.push(text);
}
