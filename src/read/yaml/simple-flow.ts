import type { MappingNode, SequenceNode, YamlNode } from './node.ts';
import type { SimpleScalars } from './simple-scalar.ts';
import type { SimpleStack } from './simple-stack.ts';

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const DEEPEST = 100;

/** Reads `{…}` and `[…]` of simple scalars; for {@link readSimpleYaml}, which says what may be in the text. */
export class SimpleFlow {
  readonly #text: string;
  readonly #scalars: SimpleScalars;
  readonly #stack: SimpleStack;
  /** Whether lines may end inside the brackets. */
  readonly #lines: boolean;
  /** The offset after the node read last. */
  end = 0;

  constructor(text: string, scalars: SimpleScalars, stack: SimpleStack, lines: boolean) {
    this.#text = text;
    this.#scalars = scalars;
    this.#stack = stack;
    this.#lines = lines;
  }

  /** The node that begins at the offset; undefined when anything in it is not simple. */
  read(at: number, depth = 0): YamlNode | undefined {
    const first = this.#text.charCodeAt(at);
    if (first === OPEN_BRACE) return depth < DEEPEST ? this.#mapping(at, depth + 1) : undefined;
    if (first === OPEN_BRACKET) return depth < DEEPEST ? this.#sequence(at, depth + 1) : undefined;
    const node = this.#scalars.read(at, true);
    this.end = this.#scalars.end;
    return node;
  }

  #mapping(start: number, depth: number): MappingNode | undefined {
    const { mark } = this.#stack;
    let at = this.#skip(start + 1);
    for (let more = this.#text.charCodeAt(at) !== CLOSE_BRACE; more;) {
      const key = this.#scalars.read(at, true);
      if (key === undefined || typeof key.value !== 'string' || key.value === '<<')
        return undefined;
      const colon = this.#skipSpaces(this.#scalars.end);
      if (this.#text.charCodeAt(colon) !== COLON) return undefined;
      const value = this.read(this.#skip(colon + 1), depth);
      if (value === undefined) return undefined;
      if (!this.#stack.addPair(mark, key.value, at, value)) return undefined;
      at = this.#skip(this.end);
      more = this.#text.charCodeAt(at) === COMMA;
      if (more) at = this.#skip(at + 1);
    }
    this.end = at + 1;
    if (this.#text.charCodeAt(at) !== CLOSE_BRACE) return undefined;
    return this.#stack.takeMapping(mark, start);
  }

  #sequence(start: number, depth: number): SequenceNode | undefined {
    const { mark } = this.#stack;
    let at = this.#skip(start + 1);
    for (let more = this.#text.charCodeAt(at) !== CLOSE_BRACKET; more;) {
      const item = this.read(at, depth);
      if (item === undefined) return undefined;
      this.#stack.addItem(item);
      at = this.#skip(this.end);
      more = this.#text.charCodeAt(at) === COMMA;
      if (more) at = this.#skip(at + 1);
    }
    this.end = at + 1;
    if (this.#text.charCodeAt(at) !== CLOSE_BRACKET) return undefined;
    return this.#stack.takeSequence(mark, start);
  }

  #skip(from: number): number {
    let at = this.#skipSpaces(from);
    while (this.#lines && this.#text.charCodeAt(at) === LINE_FEED) at = this.#skipSpaces(at + 1);
    return at;
  }

  #skipSpaces(from: number): number {
    let at = from;
    while (this.#text.charCodeAt(at) === SPACE) at++;
    return at;
  }
}
