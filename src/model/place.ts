/** One text that objects were read from; knows where its lines begin. */
export class Source {
  readonly file: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** The 1-based line and column (in UTF-16 units) of an offset into the text. */
  position(offset: number): { line: number; column: number } {
    const starts = (this.#lineStarts ??= lineStarts(this.text));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/**
 * Where something was written: file, document (1-based), line, column and field path.
 * Line and column are worked out when asked for, so that keeping a Place costs little.
 */
export class Place {
  readonly source: Source;
  readonly document: number;
  readonly offset: number;
  readonly path: string;

  constructor(source: Source, document: number, offset: number, path: string) {
    this.source = source;
    this.document = document;
    this.offset = offset;
    this.path = path;
  }

  get file(): string {
    return this.source.file;
  }

  get line(): number {
    return this.source.position(this.offset).line;
  }

  get column(): number {
    return this.source.position(this.offset).column;
  }

  /** `file:line:column`, as compilers and editors write it. */
  toString(): string {
    const { line, column } = this.source.position(this.offset);
    return `${this.source.file}:${line}:${column}`;
  }

  /** The documented JSON form. */
  toJSON(): { file: string; document: number; line: number; column: number; path: string } {
    const { line, column } = this.source.position(this.offset);
    return { file: this.source.file, document: this.document, line, column, path: this.path };
  }
}
