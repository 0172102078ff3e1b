/** A set of reach ids that is filled, read and emptied over and over. */
export class IdSet {
  readonly #ids: number[] = [];
  /** By id: the stamp it was last added under. */
  readonly #stamps: number[] = [];
  #stamp = 1;

  clear(): void {
    this.#ids.length = 0;
    this.#stamp++;
  }

  add(id: number): void {
    while (id >= this.#stamps.length) this.#stamps.push(0);
    if (this.#stamps[id] === this.#stamp) return;
    this.#stamps[id] = this.#stamp;
    this.#ids.push(id);
  }

  addAll(ids: readonly number[]): void {
    for (let i = 0; i < ids.length; i++) this.add(ids[i]!);
  }

  /** The ids, ascending: sets with many ids in common then begin alike, and what is made of them is remembered. */
  ascending(): readonly number[] {
    const ids = this.#ids;
    for (let i = 1; i < ids.length; i++) {
      const id = ids[i]!;
      let at = i;
      for (; at > 0 && ids[at - 1]! > id; at--) ids[at] = ids[at - 1]!;
      ids[at] = id;
    }
    return ids;
  }
}
