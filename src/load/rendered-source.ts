import { Source } from '../model/place.ts';

/**
 * One document of a text that a program rendered. Its lines are counted as in the text the user can render
 * too: after the lines above it, and without those that were put in since.
 */
export class RenderedSource extends Source {
  readonly #above: number;
  readonly #filled: readonly number[];

  /** `above` lines stand before the text; lines that were put in end at the offsets `filled`. */
  constructor(file: string, text: string, above: number, filled: readonly number[] = []) {
    super(file, text);
    this.#above = above;
    this.#filled = filled;
  }

  override position(offset: number): { line: number; column: number } {
    const { line, column } = super.position(offset);
    const filled = this.#filled.filter((end) => end <= offset).length;
    return { line: line + this.#above - filled, column };
  }

  /** The same document with other words and lines in it. */
  edited(text: string, filled: readonly number[]): RenderedSource {
    return new RenderedSource(this.file, text, this.#above, filled);
  }
}
