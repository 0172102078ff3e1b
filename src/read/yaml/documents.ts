import type { Source } from '../../model/place.ts';
import type { Problem, Severity } from '../../model/problem.ts';
import { Document } from './document.ts';
import type { YamlFault } from './fault.ts';
import type { FieldPath } from './field-path.ts';
import { beginsWithBrace, jsonFault } from './json-text.ts';
import { isNull, valueOf } from './node.ts';
import type { MappingNode, YamlNode } from './node.ts';
import { splitDocuments, splitJson } from './pieces.ts';
import type { Piece } from './pieces.ts';
import { foreignText, plainWords } from './syntax.ts';
import { parseYaml } from './tree.ts';

/** One document that was parsed: a value and where problems about it go. */
export interface ParsedDocument {
  readonly document: Document;
  readonly root: YamlNode;
}

/**
 * Parses every document of a source, each on its own, so that a broken one hides no other: YAML
 * documents between `---`, and JSON objects written one after the other, as kubectl takes them. Field
 * paths begin at `path`.
 */
export function* parseDocuments(
  source: Source,
  problems: Problem[],
  path: FieldPath,
): Generator<ParsedDocument> {
  const document = (number: number): Document => new Document(source, number, problems, path);
  let number = 0;
  let empty = source.text !== ''; // an empty text is the loader's to speak of
  for (const wide of splitDocuments(source.text)) {
    let json = wide.base === 0 && beginsWithBrace(wide.text);
    for (const piece of splitJson(wide)) {
      const first = document(++number);
      if (json) json = !warnOfJson(first, piece);
      const { roots, faults } = parseYaml(piece.text, piece.base);
      if (faults.length > 0) reportFaults(first, piece, faults);
      for (const [i, root] of roots.entries()) {
        if (isNull(root)) continue;
        const own = i === 0 ? first : document(++number);
        if (i > 0) warnOfEnd(own, root);
        empty = false;
        if (isManifest(own, root, piece)) yield { document: own, root };
      }
      if (faults.length > 0) empty = false;
    }
  }
  if (empty) {
    const start = document(1).place({ start: 0 });
    document(1).report('info', 'no-objects', start, 'there is no object in this file');
  }
}

/** kubectl takes a source whose first character is `{` for JSON, and then wants strict JSON. */
function warnOfJson(document: Document, { text, base }: Piece): boolean {
  const fault = jsonFault(text);
  if (fault === undefined) return false;
  const { offset, what } = fault;
  const message = `${what}, and kubectl takes a file that begins with \`{\` for JSON; mend it, or put \`---\` on the first line`;
  document.report('warning', 'not-json', document.place({ start: base + offset }), message);
  return true;
}

function warnOfEnd(document: Document, root: YamlNode): void {
  const message =
    'kubectl reads nothing after a `...` line up to the next `---`; write `---` to begin another object';
  document.report('warning', 'after-document-end', document.place(root), message);
}

function reportFaults(document: Document, piece: Piece, faults: readonly YamlFault[]): void {
  const report = (severity: Severity, code: string, message: string, start: number): void =>
    document.report(severity, code, document.place({ start }), message);
  const foreign = faults.some(({ code }) => code === 'yaml-syntax' || code === 'unusable-key')
    ? foreignText(piece.text)
    : undefined;
  if (foreign !== undefined) {
    // the faults have this one cause
    report('error', foreign.code, foreign.message, piece.base + foreign.index);
    for (const { offset } of faults) document.settle(offset);
    document.settle(piece.base + foreign.index);
    return;
  }
  const second = faults.find(({ rootKey }) => rootKey === 'apiVersion' || rootKey === 'kind');
  if (second !== undefined) {
    const message = `a second \`${second.rootKey}\` begins here, and kubectl would mix both objects; write \`---\` between them`;
    report('error', 'missing-separator', message, second.offset);
  }
  for (const { code, message, offset, rootKey } of faults) {
    if (code === 'duplicate-key') {
      if (second === undefined || rootKey === undefined) report('warning', code, message, offset);
    } else if (code === 'yaml-syntax') {
      const { words, start } = plainWords(message, piece, offset);
      report('error', code, `not valid YAML: ${words}`, start);
    } else {
      report('error', code, message, offset);
      document.settle(offset);
    }
  }
}

/** Whether the root may be read as an object of the API; reports what else it is. */
function isManifest(document: Document, root: YamlNode, { text, base }: Piece): boolean {
  const foreign = hasKind(root) ? undefined : foreignText(text);
  // a map may well speak of templates and prompts; what it begins with says more
  if (foreign !== undefined && (root.kind === 'scalar' || base + foreign.index <= root.start)) {
    const place = document.place({ start: base + foreign.index });
    document.report('error', foreign.code, place, foreign.message);
    return false;
  }
  if (root.kind !== 'mapping' || !indentationLost(root)) return true;
  const message =
    'the indentation of this manifest is lost: `metadata` and `spec` are empty and their fields stand at the left margin; paste it again with its leading spaces';
  document.report('error', 'indentation-lost', document.place(root), message);
  return false;
}

function hasKind(root: YamlNode): boolean {
  return root.kind === 'mapping' && valueOf(root, 'kind') !== undefined;
}

/** Keys that stand under `metadata` or `spec`, and at the left margin only when the spaces are gone. */
const INNER_KEYS: readonly string[] = [
  'name',
  'namespace',
  'labels',
  'podSelector',
  'policyTypes',
  'ingress',
  'egress',
  'containers',
  'template',
  'matchLabels',
];

function indentationLost(root: MappingNode): boolean {
  const empty = (key: string): boolean => {
    const value = valueOf(root, key);
    return value !== undefined && isNull(value);
  };
  return (empty('metadata') || empty('spec')) && INNER_KEYS.some((key) => root.keys.includes(key));
}
