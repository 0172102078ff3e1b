/** A name in which `*` is any part, `web-*` or `*`. */
export class Glob {
  readonly text: string;
  readonly #pattern: RegExp;

  constructor(text: string) {
    this.text = text;
    const parts = text
      .split('*')
      .map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`));
    this.#pattern = new RegExp(`^${parts.join('.*')}$`, 'u');
  }

  fits(name: string): boolean {
    return this.#pattern.test(name);
  }
}
