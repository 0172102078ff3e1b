import { Place } from '../model/place.ts';
import type { Source } from '../model/place.ts';
import type { Problem } from '../model/problem.ts';
import type { Piece } from './documents.ts';
import { isNull, valueOf } from './yaml-node.ts';
import type { MappingNode } from './yaml-node.ts';

const TEMPLATE_ACTION =
  /\{\{-?\s*(?:\.|\$|include|template|if|range|with|end|else|define|toYaml|default|quote|tpl|printf)/;

/** Words for a document that is not YAML: the most telling cause first. */
export function diagnoseSyntax(
  source: Source,
  document: number,
  piece: Piece,
  reason: string,
  offset: number,
): Problem {
  const at = (start: number): Place => new Place(source, document, start, '');
  const problem = (code: string, message: string, start = offset): Problem => ({
    code,
    severity: 'error',
    message,
    place: at(start),
  });
  const action = TEMPLATE_ACTION.exec(piece.text);
  if (action !== null) {
    const message =
      'this is a Helm template that was not rendered; give the chart folder, or the output of `helm template`';
    return problem('helm-template', message, piece.base + action.index);
  }
  const conflict = /^(?:<{7}|={7}|>{7})(?: |$)/m.exec(piece.text);
  if (conflict !== null) {
    const message = 'this file has unresolved merge conflicts; resolve them first';
    return problem('merge-conflict', message, piece.base + conflict.index);
  }
  return problem('yaml-syntax', `not valid YAML: ${plainWords(reason, piece, offset)}`);
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/tab characters must not be used in indentation/, 'a tab indents this line; use spaces'],
  [/nesting exceeded maxDepth/, 'nested too deeply: more than 400 levels'],
  [/bad indentation of a mapping entry/, 'this line is indented differently from its neighbours'],
  [
    /bad indentation of a sequence entry/,
    'this list item is indented differently from the ones before it',
  ],
  [
    /can not read an implicit mapping pair|implicit key|colon is missed/,
    'a `:` is missing after this key',
  ],
  [
    /can not read a block mapping entry/,
    'this line is neither `key: value` nor part of the value above it',
  ],
  [
    /unexpected end of the stream within a (flow|single|double)/,
    'the end of the document comes before the closing bracket or quote',
  ],
  [
    /missed comma between flow collection entries/,
    'a `,` is missing between two entries in brackets',
  ],
  [/unidentified alias "(.+)"/, 'alias `*$1` names an anchor that does not stand before it'],
  [/non-printable characters/, 'a control character stands in the text; remove it'],
  [
    /unknown escape sequence/,
    'unknown `\\` escape in double quotes; write `\\\\` for a backslash, or use single quotes',
  ],
];

function plainWords(reason: string, { text, base }: Piece, offset: number): string {
  const rest = text.slice(offset - base, offset - base + 1);
  if (rest === '\t') return 'a tab indents this line; use spaces';
  for (const [pattern, words] of REASONS) {
    const match = pattern.exec(reason);
    if (match !== null) return words.replace('$1', match[1] ?? '');
  }
  return reason;
}

/**
 * Whether a manifest was pasted without its leading spaces: `metadata` or `spec` is empty and what
 * belongs under it stands beside it.
 */
export function indentationLost(root: MappingNode): boolean {
  const empty = (key: string): boolean => {
    const value = valueOf(root, key);
    return value !== undefined && isNull(value);
  };
  const stray = [
    'name',
    'namespace',
    'podSelector',
    'policyTypes',
    'containers',
    'template',
    'matchLabels',
  ];
  return (empty('metadata') || empty('spec')) && stray.some((key) => root.keys.includes(key));
}
