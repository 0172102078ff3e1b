import type { Id } from '../ids/pair-memo.ts';

/** Numbers for texts, from 0 on, in the order they first come. */
export class WordIds {
  readonly #ids = new Map<string, Id>();

  of(word: string): Id {
    let id = this.#ids.get(word);
    if (id === undefined) this.#ids.set(word, (id = this.#ids.size));
    return id;
  }
}
