import { Place } from '../model/place.ts';
import type { Source } from '../model/place.ts';
import type { Problem } from '../model/problem.ts';
import { Document } from './document.ts';
import { diagnoseSyntax, indentationLost } from './syntax.ts';
import { isNull } from './yaml-node.ts';
import type { MappingNode, YamlNode } from './yaml-node.ts';
import { parseYaml } from './yaml-tree.ts';

/** One document that was parsed: a value and where problems about it go. */
export interface ParsedDocument {
  readonly document: Document;
  readonly root: YamlNode;
}

const SEPARATOR = /^---(?=\s|$)/gm;
const ONLY_PROLOGUE = /^(?:[ \t]*(?:#[^\n]*|%[^\n]*)?(?:\n|$))*$/;

/**
 * Parses every document of a source, each on its own, so that a broken one hides no other. Splitting at
 * a `---` in the first column is exact: YAML forbids it inside any scalar (production c-forbidden).
 */
export function* parseDocuments(source: Source, problems: Problem[]): Generator<ParsedDocument> {
  let number = 0;
  for (const { text, base } of splitDocuments(source.text)) {
    number++;
    const { roots, faults } = parseYaml(text, base);
    for (const { code, message, offset } of faults) {
      if (code === 'yaml-syntax')
        problems.push(diagnoseSyntax(source, number, { text, base }, message, offset));
      else {
        const severity = code === 'duplicate-key' ? 'warning' : 'error';
        problems.push({ code, severity, message, place: new Place(source, number, offset, '') });
      }
    }
    for (const root of roots) {
      const document = new Document(source, number, problems);
      if (isNull(root)) continue;
      if (root.kind === 'mapping' && indentationLost(root)) {
        reportLostIndentation(document, root);
        continue;
      }
      yield { document, root };
    }
  }
}

function reportLostIndentation(document: Document, root: MappingNode): void {
  const message =
    'the indentation of this manifest is lost: `metadata` and `spec` are empty and their fields stand at the left margin; paste it again with its leading spaces';
  document.report('error', 'indentation-lost', document.place(root, ''), message);
}

/** A piece of a source and the offset it starts at. */
export interface Piece {
  readonly text: string;
  readonly base: number;
}

function splitDocuments(text: string): Piece[] {
  const starts = [0];
  for (const match of text.matchAll(SEPARATOR)) {
    // comments and `%YAML` before a `---` belong to the document it opens
    const previous = starts.at(-1)!;
    if (ONLY_PROLOGUE.test(text.slice(previous, match.index))) starts.pop();
    starts.push(ONLY_PROLOGUE.test(text.slice(previous, match.index)) ? previous : match.index);
  }
  return starts.map((base, i) => ({ base, text: text.slice(base, starts[i + 1] ?? text.length) }));
}
