/** Only so many items of a list have their paths kept: those of a huge one are made anew each time. */
const MOST_ITEMS = 8;

/**
 * The way from an object to one of its fields (`spec.ingress[0].from`), as a chain of steps. Thousands
 * of objects of one kind have the same paths, so a path keeps those of the fields below it, and its text
 * is made once, when the first Place asks for it.
 */
export class FieldPath {
  readonly #parent: FieldPath | undefined;
  readonly #step: string;
  #text: string | undefined;
  #fields: Map<string, FieldPath> | undefined;
  #items: FieldPath[] | undefined;

  private constructor(parent: FieldPath | undefined, step: string) {
    this.#parent = parent;
    this.#step = step;
  }

  /** The path of an object itself: the empty text. */
  static root(): FieldPath {
    return new FieldPath(undefined, '');
  }

  /** The path of a field that the API knows. */
  field(key: string): FieldPath {
    this.#fields ??= new Map();
    let path = this.#fields.get(key);
    if (path === undefined) this.#fields.set(key, (path = new FieldPath(this, `.${key}`)));
    return path;
  }

  /**
   * The path of a key that is the user's own, which would fill the memory if it were kept. One with dots
   * stands in brackets, so that the path can be taken apart again.
   */
  entry(key: string): FieldPath {
    return new FieldPath(this, key.includes('.') ? `[${key}]` : `.${key}`);
  }

  /** The path of an item of a list. */
  item(index: number): FieldPath {
    if (index >= MOST_ITEMS) return new FieldPath(this, `[${index}]`);
    this.#items ??= [];
    return (this.#items[index] ??= new FieldPath(this, `[${index}]`));
  }

  get text(): string {
    return (this.#text ??= this.#parent === undefined ? '' : this.#below(this.#parent.text));
  }

  #below(parent: string): string {
    return parent === '' && this.#step.startsWith('.') ? this.#step.slice(1) : parent + this.#step;
  }
}
