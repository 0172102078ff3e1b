import { skipSpace, stringEnd } from './pieces.ts';
import { isBlank } from './text.ts';

/** Whether the first character of a text, white space and a byte order mark aside, is `{`. */
export function beginsWithBrace(text: string): boolean {
  return text[skipSpace(text, 0)] === '{';
}

/** Why a text is not JSON, as far as a glance tells; undefined when it is, or nothing shows. */
export function jsonFault(text: string): { offset: number; what: string } | undefined {
  const start = skipSpace(text, 0);
  if (isJson(text.slice(start))) return undefined;
  let last = '';
  let lastAt = start;
  for (let at = start; at < text.length; at++) {
    const char = text[at]!;
    if (isBlank(char.charCodeAt(0))) continue;
    if ((char === '}' || char === ']') && (last === ',' || last === ':')) {
      return {
        offset: lastAt,
        what: `nothing stands between this \`${last}\` and the \`${char}\``,
      };
    }
    if (char === '"') {
      const end = stringEnd(text, at + 1);
      if (end === undefined) return undefined; // the parser says more of it
      [last, lastAt, at] = ['"', at, end - 1];
      continue;
    }
    if (!JSON_CHARACTER.test(char)) {
      const what = char === '#' ? 'a comment stands here' : 'this is not written as in JSON';
      return { offset: at, what };
    }
    // a word, such as an unquoted key
    const word = JSON_WORD.test(char) ? text.slice(at).match(WORD)![0] : '';
    if (word !== '' && !LITERAL.test(word)) {
      return { offset: at, what: `\`${word.slice(0, 40)}\` is not in double quotes` };
    }
    [last, lastAt] = [char, at];
    if (word !== '') at += word.length - 1;
  }
  return undefined;
}

const JSON_CHARACTER = /[{}[\],:"\w.+-]/;
const JSON_WORD = /[\w.+-]/;
const WORD = /^[\w.+/-]+/;
const LITERAL = /^(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)$/;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
