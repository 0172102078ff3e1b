import { NftRefusal } from './nft.ts';

/** What is no command: text in quotes, comments. */
const QUOTED = /"[^"\n]*"|#[^\n]*/g;
const WORD = /[\w:./-]+/y;
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
/** Four octets, alone or at the end of an IPv4-mapped address. */
const QUAD = `(?:[\\da-fA-F:]*:)?${OCTET}(?:\\.${OCTET}){3}`;
/** With a prefix, up to another, or with a port as `dnat` takes it. */
const ADDRESS = new RegExp(`^${QUAD}(?:/\\d{1,3}|-${QUAD}|:\\d{1,5}(?:-\\d{1,5})?)?$`);

/**
 * Refuses commands in which a word with a dot in it is not an address, a prefix or a range: nft takes
 * anything else for the name of a host and asks the resolver, which may block, and may answer.
 */
export function checkAddresses(commands: string): void {
  const text = /["#]/.test(commands) ? commands.replaceAll(QUOTED, '') : commands;
  for (let dot = text.indexOf('.'); dot !== -1; dot = text.indexOf('.', dot + 1)) {
    // The dot of a concatenation stands alone.
    if (text[dot - 1] === ' ' && text[dot + 1] === ' ') continue;
    let begin = dot;
    while (begin > 0 && isInWord(text.charCodeAt(begin - 1))) begin--;
    WORD.lastIndex = begin;
    const [word] = WORD.exec(text)!;
    if (!ADDRESS.test(word)) {
      throw new NftRefusal(`\`${word}\` is not an address, and host names are not looked up`);
    }
    dot = begin + word.length;
  }
}

/** The signs of {@link WORD}: `-`, `.`, `/`, digits, `:`, letters, `_`. */
function isInWord(code: number): boolean {
  return (
    (code >= 0x2d && code <= 0x3a) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === 0x5f ||
    (code >= 0x61 && code <= 0x7a)
  );
}
