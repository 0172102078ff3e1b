/** The most recently used of values that are costly to make and to keep; space of dropped ones is used again. */
export class Recent<K, V> {
  readonly #values = new Map<K, V>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: K, make: (used: V | undefined) => V): V {
    let value = this.#values.get(key);
    if (value === undefined)
      value = make(this.#values.size < this.#most ? undefined : this.#dropOldest());
    else this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  #dropOldest(): V | undefined {
    for (const [key, value] of this.#values) {
      this.#values.delete(key);
      return value;
    }
    return undefined;
  }
}
