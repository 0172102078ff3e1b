/** Only so many items of a list have their paths kept: those of a huge one are made anew each time. */
const MOST_ITEMS = 8;

/**
 * Makes field paths (`spec.ingress[0].from`), the same text once: thousands of objects of one kind have
 * the same paths, and every Place keeps one.
 */
export class FieldPaths {
  /** The paths kept, each with those of its fields. */
  readonly #fields = new Map<string, Map<string, string>>([['', new Map()]]);
  readonly #items = new Map<string, string[]>();

  /** The path of a field that the API knows; the user's own keys would fill the memory. */
  child(parent: string, key: string): string {
    if (parent === '') return this.#keep(key);
    const fields = this.#fields.get(parent);
    if (fields === undefined) return `${parent}.${key}`;
    let path = fields.get(key);
    if (path === undefined) fields.set(key, (path = this.#keep(`${parent}.${key}`)));
    return path;
  }

  item(parent: string, index: number): string {
    if (index >= MOST_ITEMS || !this.#fields.has(parent)) return `${parent}[${index}]`;
    let items = this.#items.get(parent);
    if (items === undefined) this.#items.set(parent, (items = []));
    return (items[index] ??= this.#keep(`${parent}[${index}]`));
  }

  #keep(path: string): string {
    if (!this.#fields.has(path)) this.#fields.set(path, new Map());
    return path;
  }
}
