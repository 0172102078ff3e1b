import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from './node.ts';
import { resolvePlain } from './scalar.ts';
import { partOf } from './short-texts.ts';
import { SimpleFlow } from './simple-flow.ts';
import { SimpleScalars, canBegin, isGap } from './simple-scalar.ts';
import { SimpleStack } from './simple-stack.ts';

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const HASH = 0x23;
const DASH = 0x2d;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const BAR = 0x7c;

/** Deeper ones are not simple: levels of nesting are at most two for each column. */
const DEEPEST_COLUMN = 100;

// tabs, carriage returns, control characters and halves of pairs mean something of their own to YAML
const NOT_SIMPLE = /[^\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

/**
 * Reads the simple YAML most manifests are written in, several times as fast as js-yaml: block maps and
 * lists, scalars and brackets of one line, `|` texts, and JSON. Undefined for any document that has
 * something else in it, or anything wrong: js-yaml then reads it, and says what is wrong.
 *
 * INVARIANT: a tree that comes out is the one js-yaml would give, and js-yaml would find no fault.
 */
export function readSimpleYaml(text: string, base: number): YamlNode | undefined {
  return NOT_SIMPLE.test(text) ? undefined : new SimpleYaml(text, base).document();
}

class SimpleYaml {
  readonly #text: string;
  readonly #scalars: SimpleScalars;
  readonly #stack: SimpleStack;
  readonly #flow: SimpleFlow;
  /** Where the content of the line begins that is read next, and its column; -1 at the end of the text. */
  #at = 0;
  #column = -1;

  constructor(text: string, base: number) {
    this.#text = text;
    this.#scalars = new SimpleScalars(text, base);
    this.#stack = new SimpleStack(base);
    this.#flow = new SimpleFlow(text, this.#scalars, this.#stack, false);
  }

  document(): YamlNode | undefined {
    this.#toContent(0);
    if (this.#column === 0 && this.#text.startsWith('---', this.#at)) {
      if (!isGap(this.#text.charCodeAt(this.#at + 3)) || !this.#endLine(this.#at + 3))
        return undefined;
    }
    if (this.#column !== 0) return undefined;
    const root = this.#root();
    return this.#at === this.#text.length ? root : undefined;
  }

  #root(): YamlNode | undefined {
    const first = this.#text.charCodeAt(this.#at);
    if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return this.#collection();
    const flow = new SimpleFlow(this.#text, this.#scalars, this.#stack, true);
    const root = flow.read(this.#at);
    return root !== undefined && this.#endLine(flow.end) ? root : undefined;
  }

  #collection(): YamlNode | undefined {
    if (this.#column > DEEPEST_COLUMN) return undefined;
    return this.#isItem() ? this.#sequence(this.#column) : this.#mapping(this.#column);
  }

  #mapping(column: number): MappingNode | undefined {
    const start = this.#at;
    const { mark } = this.#stack;
    do {
      const at = this.#at;
      const end = this.#keyEnd(at);
      if (end === undefined) return undefined;
      const key = partOf(this.#text, at, end);
      if (key === '<<' || resolvePlain(key) !== key) return undefined;
      const value = this.#value(end + 1, column);
      if (value === undefined) return undefined;
      if (!this.#stack.addPair(mark, key, at, value)) return undefined;
    } while (this.#column === column);
    return this.#column < column ? this.#stack.takeMapping(mark, start) : undefined;
  }

  /** Where the colon stands after a key without quotes or spaces that begins at the offset. */
  #keyEnd(from: number): number | undefined {
    if (!canBegin(this.#text.charCodeAt(from))) return undefined;
    for (let at = from; ; at++) {
      const char = this.#text.charCodeAt(at);
      if (isGap(char)) return undefined;
      if (char === COLON && isGap(this.#text.charCodeAt(at + 1))) return at;
    }
  }

  /** What stands after a colon, in its line or below. */
  #value(after: number, column: number): YamlNode | undefined {
    const at = this.#skipSpaces(after);
    const first = this.#text.charCodeAt(at);
    if (first === BAR) return this.#literal(at, column);
    if (first !== HASH && !isGap(first)) return this.#inLine(at, column);
    if (!this.#endLine(after)) return undefined;
    if (this.#column > column) return this.#collection();
    if (this.#column === column && this.#isItem()) return this.#sequence(column);
    return this.#scalars.node(after, null);
  }

  #sequence(column: number): SequenceNode | undefined {
    const start = this.#at;
    const { mark } = this.#stack;
    do {
      const item = this.#item(column);
      if (item === undefined) return undefined;
      this.#stack.addItem(item);
    } while (this.#column === column && this.#isItem());
    return this.#column <= column ? this.#stack.takeSequence(mark, start) : undefined;
  }

  #isItem(): boolean {
    return this.#text.charCodeAt(this.#at) === DASH && isGap(this.#text.charCodeAt(this.#at + 1));
  }

  #item(column: number): YamlNode | undefined {
    const at = this.#skipSpaces(this.#at + 1);
    if (this.#keyEnd(at) === undefined) return this.#inLine(at, column);
    this.#column += at - this.#at;
    this.#at = at;
    return this.#mapping(this.#column);
  }

  /** A value that ends in the line it begins in; nothing below may belong to it. */
  #inLine(at: number, column: number): YamlNode | undefined {
    const first = this.#text.charCodeAt(at);
    const bracket = first === OPEN_BRACE || first === OPEN_BRACKET;
    const node = bracket ? this.#flow.read(at) : this.#scalars.read(at, false);
    if (node === undefined) return undefined;
    const ends = this.#endLine(bracket ? this.#flow.end : this.#scalars.end);
    return ends && this.#column <= column ? node : undefined;
  }

  /** A text after `|` or `|-`, whose first line says how far it is indented. */
  #literal(bar: number, column: number): ScalarNode | undefined {
    const strip = this.#text.charCodeAt(bar + 1) === DASH;
    const head = bar + (strip ? 2 : 1);
    if (this.#text.charCodeAt(head) !== LINE_FEED) return undefined;
    const margin = this.#skipSpaces(head + 1) - head - 1;
    if (margin <= column || isGap(this.#text.charCodeAt(head + 1 + margin))) return undefined;
    const lines: string[] = [];
    let at = head + 1;
    for (let blanks = 0; at < this.#text.length;) {
      const end = this.#lineEnd(at);
      const content = this.#skipSpaces(at);
      if (content - at < margin && content < end) break;
      if (end - at > margin) {
        for (; blanks > 0; blanks--) lines.push('');
        lines.push(this.#text.slice(at + margin, end));
      } else blanks++;
      at = end + 1;
    }
    this.#toContent(at);
    if (this.#column > column) return undefined;
    return this.#scalars.node(bar, lines.join('\n') + (strip ? '' : '\n'));
  }

  /** Goes on to the next line with something in it; whether nothing but a comment stood in this one. */
  #endLine(from: number): boolean {
    let at = this.#skipSpaces(from);
    const char = this.#text.charCodeAt(at);
    if (char === HASH && at > from) at = this.#lineEnd(at);
    else if (char === HASH || !isGap(char)) return false;
    this.#toContent(at + 1);
    return true;
  }

  /** Goes to the first content from the begin of a line on. */
  #toContent(line: number): void {
    for (let start = line; start < this.#text.length; start = this.#lineEnd(start) + 1) {
      const at = this.#skipSpaces(start);
      const char = this.#text.charCodeAt(at);
      if (char === HASH || isGap(char)) continue;
      this.#at = at;
      this.#column = at - start;
      return;
    }
    this.#at = this.#text.length;
    this.#column = -1;
  }

  #skipSpaces(from: number): number {
    let at = from;
    while (this.#text.charCodeAt(at) === SPACE) at++;
    return at;
  }

  #lineEnd(from: number): number {
    const end = this.#text.indexOf('\n', from);
    return end === -1 ? this.#text.length : end;
  }
}
