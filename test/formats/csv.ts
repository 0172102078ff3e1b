/**
 * The records of a text of comma-separated values, read as strictly as RFC 4180 is written, but for lines
 * that end with LF alone. Throws an Error that names the line and what is wrong with it.
 */
export function csvRecords(text: string): string[][] {
  const reader = new CsvReader(text);
  const records: string[][] = [];
  while (!reader.atEnd) records.push(reader.record());
  const [head] = records;
  if (head === undefined) throw new Error('no header');
  for (const [i, record] of records.entries()) {
    if (record.length !== head.length)
      throw new Error(`record ${i + 1} has ${record.length} fields, the header ${head.length}`);
  }
  return records;
}

/** The records after the header as objects with the header's names. */
export function csvObjects(text: string): Record<string, string>[] {
  const [head, ...records] = csvRecords(text);
  return records.map((fields) =>
    Object.fromEntries(fields.map((field, i) => [head![i]!, field] as const)),
  );
}

/** `TEXTDATA` of the RFC's grammar, and what RFC 3629 and the RFC's section 2 let in beside it. */
const TEXT = /[\u0020\u0021\u0023-\u002B\u002D-\u007E]|[^\p{Cc}\p{Cs}"]/u;

class CsvReader {
  readonly #characters: readonly string[];
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#characters = Array.from(text);
  }

  get atEnd(): boolean {
    return this.#at === this.#characters.length;
  }

  /** One record with its line end, which the last must have too. */
  record(): string[] {
    const fields = [this.#field()];
    while (this.#next === ',') {
      this.#at++;
      fields.push(this.#field());
    }
    if (this.#next !== '\n') throw this.#fault('a record goes on after a field');
    this.#at++;
    this.#line++;
    return fields;
  }

  #field(): string {
    return this.#next === '"' ? this.#escaped() : this.#plain();
  }

  #plain(): string {
    let field = '';
    while (this.#next !== undefined && this.#next !== ',' && TEXT.test(this.#next))
      field += this.#characters[this.#at++];
    return field;
  }

  #escaped(): string {
    let field = '';
    for (this.#at++; ; this.#at++) {
      const one = this.#next;
      if (one === undefined) throw this.#fault('a quote is not closed');
      if (one === '"') {
        this.#at++;
        if (this.#next !== '"') return field;
      } else if (one === '\n') this.#line++;
      else if (one !== '\r' && !TEXT.test(one)) throw this.#fault('a control character');
      field += one;
    }
  }

  get #next(): string | undefined {
    return this.#characters[this.#at];
  }

  #fault(what: string): Error {
    return new Error(`line ${this.#line}: ${what}, at ${JSON.stringify(this.#next)}`);
  }
}
