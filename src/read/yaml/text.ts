const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const EXCLAMATION = 0x21;
const HASH = 0x23;
const AMPERSAND = 0x26;

/** Whether a character code is a blank, a tab or a line break. */
export function isBlank(char: number): boolean {
  return char === SPACE || char === LINE_FEED || char === CARRIAGE_RETURN || char === TAB;
}

/** The offset of what comes after white space and comments. */
export function skipBlank(text: string, offset: number): number {
  let at = offset;
  for (;;) {
    const char = text.charCodeAt(at);
    if (isBlank(char)) at++;
    else if (char === HASH) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    } else return at;
  }
}

/** Where the content of a node begins: after white space, comments, `&anchor` and `!tag`. */
export function contentStart(text: string, offset: number): number {
  let at = skipBlank(text, offset);
  for (;;) {
    const char = text.charCodeAt(at);
    if (char !== AMPERSAND && char !== EXCLAMATION) return at;
    while (at < text.length && !isBlank(text.charCodeAt(at))) at++;
    at = skipBlank(text, at);
  }
}

/** How many characters stand before the offset in its line. */
export function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

const ALIAS_NAME = /[^\s,[\]{}]+/y;

/** The name of the alias whose `*` stands at the offset. */
export function aliasAt(text: string, offset: number): string {
  ALIAS_NAME.lastIndex = offset + 1;
  return ALIAS_NAME.exec(text)?.[0] ?? '';
}
