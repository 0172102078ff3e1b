import type { Piece } from './pieces.ts';

/** A text that is no manifest but something recognised: what to call it and where that shows. */
export interface ForeignText {
  readonly code: string;
  readonly message: string;
  readonly index: number;
}

interface Recognition {
  readonly code: string;
  /** Sticky where the text must begin with it, after a `---` and white space. */
  readonly shows: RegExp;
  readonly message: string;
}

/** What people hand in for a manifest, the most telling first. */
const RECOGNITIONS: readonly Recognition[] = [
  {
    code: 'merge-conflict',
    shows: /^(?:<{7}|={7}|>{7})(?= |\r?$)/m,
    message: 'this file has unresolved merge conflicts; resolve them first',
  },
  {
    code: 'helm-template',
    shows:
      /\{\{-?\s*(?:\.|\$|\/\*|(?:include|template|if|range|with|end|else|define|block|toYaml|default|quote|tpl|printf|required|lookup)\b)/,
    message:
      'this is a Helm template that was not rendered; give the chart folder, or the output of `helm template`',
  },
  {
    code: 'not-a-manifest',
    shows: /<(?:!doctype|html|head|body|\?xml)\b/iy,
    message:
      'this is a web page, not a manifest; save the raw file, or look at what the server answered',
  },
  {
    code: 'not-a-manifest',
    shows: /^(?:\$|❯|%|(?:[\w.-]+@[\w.-]+|PS [A-Z]:)[^\n]{0,200}?[$#>]) +\S/m,
    message:
      'this is the copy of a terminal, with the command in it; take the lines of the prompt away',
  },
  {
    code: 'not-a-manifest',
    shows: /Error from server|error:|Unable to connect to the server|The connection to the server/y,
    message: 'this is an error message of kubectl, not a manifest; run the command again',
  },
  {
    code: 'not-a-manifest',
    shows: /^ *```/m,
    message: 'a Markdown fence stands in the text; take the lines with ``` away',
  },
];

/** What a text that cannot be read as objects of the API is instead; undefined when nobody knows. */
export function foreignText(text: string): ForeignText | undefined {
  const start = /^(?:---(?=\s))?\s*/.exec(text)![0].length;
  for (const { code, shows, message } of RECOGNITIONS) {
    shows.lastIndex = shows.sticky ? start : 0;
    const match = shows.exec(text);
    if (match !== null) return { code, message, index: match.index };
  }
  return undefined;
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/tab characters must not be used in indentation/, 'a tab indents this line; use spaces'],
  [/nesting exceeded maxDepth \((\d+)\)/, 'nested too deeply: more than $1 levels'],
  [/bad indentation of a mapping entry/, 'this line is indented differently from its neighbours'],
  [
    /bad indentation of a sequence entry/,
    'this list item is indented differently from the ones before it',
  ],
  [
    /can not read an implicit mapping pair|implicit key|colon is missed/,
    'a `:` is missing after this, or it does not belong here',
  ],
  [
    /can not read a block mapping entry/,
    'this line is neither `key: value` nor part of the value above it',
  ],
  [
    /unexpected end of the (?:stream|document) within a (flow|single|double)/,
    'the document ends before the closing bracket or quote',
  ],
  [
    /missed comma between flow collection entries/,
    'a `,` is missing between two entries in brackets, or the bracket is not closed',
  ],
  [/expected the node content, but found ','/, 'there is nothing before this `,`'],
  [
    /end of the stream or a document separator is expected/,
    'this does not belong to what stands above it; write `---` between objects',
  ],
  [
    /unidentified alias "(\..+)"/,
    '`*` at the beginning of a value means an alias; put a text in quotes: `"*$1"`',
  ],
  [/unidentified alias "(.+)"/, 'alias `*$1` names an anchor that does not stand before it'],
  [/null byte/, 'a null byte stands here; remove it'],
  [
    /non-printable characters|valid JSON character/,
    'a control character stands in the text; remove it',
  ],
  [
    /unknown escape sequence/,
    'unknown `\\` escape in double quotes; write `\\\\` for a backslash, or use single quotes',
  ],
  [/expected hexadecimal character/, 'hexadecimal digits are missing after this `\\` escape'],
  [/cannot resolve a node with !<(?:tag:yaml\.org,2002:)?(.+)> explicit tag/, 'this is no `!!$1`'],
  [/missing indentation for block scalar/, 'the text after `|` or `>` must be indented'],
];

/** The reason of a syntax fault in plain words, and where to point: where one would begin to mend. */
export function plainWords(
  reason: string,
  { text, base }: Piece,
  offset: number,
): { words: string; start: number } {
  const at = offset - base;
  if (text[at] === '\t') return { words: 'a tab indents this line; use spaces', start: offset };
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, lineStart + 1000))![0];
  if (indent.includes('\t')) {
    const start = base + lineStart + indent.indexOf('\t');
    return { words: 'a tab indents this line; use spaces', start };
  }
  if (text.startsWith('---', lineStart + indent.length) && indent !== '') {
    const words = 'the `---` between two objects must stand in the first column';
    return { words, start: base + lineStart + indent.length };
  }
  const above = colonAbove(text, lineStart);
  if (text[at] === ':' && above !== undefined)
    return { words: above.words, start: base + above.at };
  if (/non-printable|valid JSON character/.test(reason)) {
    const bad = text.search(CONTROL);
    if (bad !== -1) {
      return { words: 'a control character stands here; remove it', start: base + bad };
    }
  }
  for (const [pattern, words] of REASONS) {
    const match = pattern.exec(reason);
    if (match !== null) return { words: words.replace('$1', match[1] ?? ''), start: offset };
  }
  return { words: reason, start: offset };
}

// what YAML calls not printable (production c-printable)
const CONTROL = /[^\P{Cc}\t\n\r\u0085]|[\uFFFE\uFFFF]|\p{Cs}/u;

/**
 * What is wrong with the line above one whose `:` came as a surprise: it was to be a key too, and
 * became text that runs on into this line.
 */
function colonAbove(text: string, lineStart: number): { words: string; at: number } | undefined {
  const end = text.slice(0, lineStart).trimEnd().length;
  const start = text.lastIndexOf('\n', end - 1) + 1;
  const line = text.slice(start, end);
  const tight = /^\s*[\w.-]+(?=:\S)/.exec(line);
  if (tight !== null) {
    return { words: 'a space is missing after this `:`', at: start + tight[0].length };
  }
  const bare = /^\s*(?:- +)*(?=[\w.-]+$)/.exec(line);
  return bare === null ? undefined : { words: REASONS_COLON, at: start + bare[0].length };
}

const REASONS_COLON = 'a `:` is missing after this key';
