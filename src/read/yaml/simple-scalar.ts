import type { ScalarNode, ScalarValue } from './node.ts';
import { stringEnd } from './pieces.ts';
import { resolvePlain } from './scalar.ts';
import { partOf } from './short-texts.ts';

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const APOSTROPHE = 0x27;
const COMMA = 0x2c;
const DASH = 0x2d;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Characters that a plain scalar may begin with whatever comes after them; YAML allows a few more. */
const FIRST = Uint8Array.from({ length: 0x80 }, (_, code) =>
  /[A-Za-z0-9_/~$+(=<^]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** Whether a plain scalar or a plain key may begin with the character. */
export function canBegin(char: number): boolean {
  return char < 0x80 ? FIRST[char] === 1 : char >= 0xa0;
}

/** Whether the character ends a line, or is a space; past the end of the text is the end of a line. */
export function isGap(char: number): boolean {
  return char === SPACE || char === LINE_FEED || Number.isNaN(char);
}

/** Reads scalars that stand in one line; for {@link readSimpleYaml}, which says what may be in the text. */
export class SimpleScalars {
  readonly #text: string;
  readonly #base: number;
  /** The offset after the scalar read last. */
  end = 0;

  constructor(text: string, base: number) {
    this.#text = text;
    this.#base = base;
  }

  /** The scalar that begins at the offset; undefined when it is not a simple one. */
  read(at: number, inFlow: boolean): ScalarNode | undefined {
    const value = this.#value(at, inFlow);
    return value === undefined ? undefined : this.node(at, value);
  }

  node(at: number, value: ScalarValue): ScalarNode {
    return { kind: 'scalar', start: this.#base + at, value, size: 1 };
  }

  #value(at: number, inFlow: boolean): ScalarValue | undefined {
    const first = this.#text.charCodeAt(at);
    if (first === QUOTE) return this.#doubleQuoted(at);
    if (first === APOSTROPHE) return this.#singleQuoted(at);
    if (first === DASH ? this.#isIndicator(at, inFlow) : !canBegin(first)) return undefined;
    const text = partOf(this.#text, at, (this.end = this.#plainEnd(at, inFlow)));
    const value = resolvePlain(text);
    // JSON has no such number, which is for another to say
    return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
  }

  /** Whether the dash at the offset begins something else than text, such as `---`. */
  #isIndicator(dash: number, inFlow: boolean): boolean {
    const next = this.#text.charCodeAt(dash + 1);
    return isGap(next) || (inFlow && (next === DASH || isFlowIndicator(next)));
  }

  #plainEnd(at: number, inFlow: boolean): number {
    const text = this.#text;
    let end = at;
    for (let i = at; i < text.length; i++) {
      const char = text.charCodeAt(i);
      if (char === SPACE) continue;
      if (char === LINE_FEED) break;
      if (char === HASH && text.charCodeAt(i - 1) === SPACE) break;
      if (char === COLON) {
        const next = text.charCodeAt(i + 1);
        if (isGap(next) || (inFlow && isFlowIndicator(next))) break;
      } else if (inFlow && isFlowIndicator(char)) break;
      end = i + 1;
    }
    return end;
  }

  #singleQuoted(at: number): string | undefined {
    const close = this.#text.indexOf("'", at + 1);
    if (close === -1 || this.#text.charCodeAt(close + 1) === APOSTROPHE) return undefined;
    this.end = close + 1;
    const inner = this.#text.slice(at + 1, close);
    return inner.includes('\n') ? undefined : inner;
  }

  #doubleQuoted(at: number): string | undefined {
    const end = stringEnd(this.#text, at + 1);
    if (end === undefined) return undefined;
    this.end = end;
    const inner = this.#text.slice(at + 1, end - 1);
    if (inner.includes('\n')) return undefined;
    return inner.includes('\\') ? unescaped(this.#text.slice(at, end)) : inner;
  }
}

/** The text a JSON string stands for: its escapes mean the same in YAML, which has more of them. */
function unescaped(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

function isFlowIndicator(char: number): boolean {
  return (
    char === COMMA ||
    char === OPEN_BRACKET ||
    char === CLOSE_BRACKET ||
    char === OPEN_BRACE ||
    char === CLOSE_BRACE
  );
}
