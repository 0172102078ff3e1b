import { isBlank } from './text.ts';

/** A part of a source and the offset it starts at. */
export interface Piece {
  readonly text: string;
  readonly base: number;
}

/**
 * Cuts a source at every `---` in the first column. That is exact: YAML forbids it inside any scalar
 * (production c-forbidden). Comments and `%YAML` before a `---` belong to the document it opens.
 */
export function* splitDocuments(text: string): Generator<Piece> {
  let start = 0;
  for (let line = 0; line !== -1; line = nextSeparator(text, line)) {
    if (!isSeparator(text, line) || onlyPrologue(text, start, line)) continue;
    yield { text: text.slice(start, line), base: start };
    start = line;
  }
  yield { text: text.slice(start), base: start };
}

function nextSeparator(text: string, from: number): number {
  const at = text.indexOf('\n---', from);
  return at === -1 ? -1 : at + 1;
}

function isSeparator(text: string, at: number): boolean {
  if (!text.startsWith('---', at)) return false;
  return at + 3 === text.length || isBlank(text.charCodeAt(at + 3));
}

/** Whether the text has nothing but blank lines, comments and directives from one offset to another. */
function onlyPrologue(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const char = text.charCodeAt(at);
    if (isBlank(char) || char === 0xfeff) continue;
    const directive = char === 0x25 && (at === 0 || text.charCodeAt(at - 1) === 0x0a); // %
    if (char !== 0x23 && !directive) return false; // #
    const end = text.indexOf('\n', at);
    at = end === -1 ? to : end;
  }
  return true;
}

/** Takes JSON objects that stand one after the other apart; anything else stays one piece. */
export function* splitJson(piece: Piece): Generator<Piece> {
  const { text, base } = piece;
  const first = jsonStart(text);
  let start = 0;
  if (first !== undefined) {
    for (let at = first; ;) {
      const end = jsonEnd(text, at);
      const next = end === undefined ? text.length : skipSpace(text, end);
      if (end === undefined || text[next] !== '{') break;
      yield { text: text.slice(start, next), base: base + start };
      start = at = next;
    }
  }
  yield start === 0 ? piece : { text: text.slice(start), base: base + start };
}

/** Where the `{` stands that opens the text, after white space and a `---`; undefined when none does. */
function jsonStart(text: string): number | undefined {
  let at = skipSpace(text, 0);
  if (isSeparator(text, at)) at = skipSpace(text, at + 3);
  return text[at] === '{' ? at : undefined;
}

const BRACKET_OR_QUOTE = /[[\]{}"]/g;

/** The offset after the bracket that closes the one at `start`; undefined when nothing does. */
function jsonEnd(text: string, start: number): number | undefined {
  let depth = 0;
  BRACKET_OR_QUOTE.lastIndex = start;
  for (;;) {
    const match = BRACKET_OR_QUOTE.exec(text);
    if (match === null) return undefined;
    const [char] = match;
    if (char === '"') {
      const end = stringEnd(text, match.index + 1);
      if (end === undefined) return undefined;
      BRACKET_OR_QUOTE.lastIndex = end;
    } else if (char === '{' || char === '[') depth++;
    else if (--depth === 0) return match.index + 1;
  }
}

/** The offset after the closing quote of a JSON string whose text begins at `from`. */
export function stringEnd(text: string, from: number): number | undefined {
  for (let quote = text.indexOf('"', from); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (quote - slashes > from && text[quote - slashes - 1] === '\\') slashes++;
    if (slashes % 2 === 0) return quote + 1;
  }
  return undefined;
}

/** The offset of the first character that is no white space. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && (isBlank(text.charCodeAt(at)) || text[at] === '\uFEFF')) at++;
  return at;
}
