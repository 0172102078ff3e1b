import { Place, Source } from '../model/place.ts';
import type { Problem } from '../model/problem.ts';
import { skipSpace, splitDocuments, splitJson, stringEnd } from '../read/yaml/pieces.ts';
import type { Piece } from '../read/yaml/pieces.ts';

const GROUP = 'sluice.dev/';
const VERSION = `${GROUP}v1`;

/** What Sluice itself prints, which is an answer and no source. */
const ANSWERS: ReadonlySet<string> = new Set(['Reachability', 'Explanation', 'Findings']);

/** A text with its snapshots as the `List`s they are to a reader, and what is wrong with their heads. */
export interface OpenedSnapshots {
  readonly source: Source;
  readonly problems: readonly Problem[];
}

/**
 * Opens the snapshots in a text (`kind: Snapshot` of `sluice.dev/v1`, docs/sources.md). A snapshot is a
 * list of objects with a head of its own: that one word makes it a `List`, and every position stays. A
 * text without any comes back as it is.
 */
export function openSnapshots(source: Source): OpenedSnapshots {
  if (!source.text.includes(GROUP)) return { source, problems: [] };
  const problems: Problem[] = [];
  let text = '';
  let from = 0;
  for (const wide of splitDocuments(source.text)) {
    for (const piece of splitJson(wide)) {
      const { apiVersion, kind } = headOf(piece);
      if (apiVersion?.text.startsWith(GROUP) !== true || kind === undefined) continue;
      const report = (code: string, message: string, at: Word): void => {
        const place = new Place(source, 1, at.start, '');
        problems.push({ code, severity: 'error', message, place });
      };
      if (ANSWERS.has(kind.text)) report('not-a-manifest', anAnswer(kind.text), kind);
      if (kind.text !== 'Snapshot') continue;
      if (apiVersion.text !== VERSION) {
        report('unknown-version', unknownVersion(apiVersion.text), apiVersion);
      }
      const length = kind.end - kind.start;
      text += source.text.slice(from, kind.start) + '"List"'.padEnd(length).slice(0, length);
      from = kind.end;
    }
  }
  if (from === 0) return { source, problems };
  return { source: new Source(source.file, text + source.text.slice(from)), problems };
}

function anAnswer(kind: string): string {
  return `this is a ${kind}, an answer of Sluice and no source; give what it was made from`;
}

function unknownVersion(version: string): string {
  return `unknown version \`${version}\` of Snapshot, perhaps of a newer Sluice; it is read as \`${VERSION}\``;
}

/** A scalar of the text, quotes and all; offsets are those of the source. */
interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Head {
  apiVersion?: Word;
  kind?: Word;
}

/** What an object says it is, found without reading all of it. */
function headOf(piece: Piece): Head {
  const lead = /^---(?=\s)/.test(piece.text) ? 3 : 0;
  const start = skipSpace(piece.text, lead);
  return piece.text[start] === '{' ? headOfJson(piece, start + 1) : headOfBlock(piece);
}

const BLOCK_LINE =
  /^(?<key>(?<quote>["']?)(?<name>apiVersion|kind)\k<quote>[ \t]*:[ \t]+)(?<value>"[^"\n]*"|'[^'\n]*'|[\w./-]+)(?=[ \t]*(?:#.*)?\r?$)/gm;

function headOfBlock({ text, base }: Piece): Head {
  const head: Head = {};
  for (const { index, groups } of text.matchAll(BLOCK_LINE)) {
    const { key = '', name, value = '' } = groups!;
    head[name as keyof Head] = wordOf(value, base + index + key.length);
  }
  return head;
}

const BRACKET_OR_QUOTE = /[[\]{}"]/g;

/** The head of a JSON object whose first key comes at `from` or later. */
function headOfJson({ text, base }: Piece, from: number): Head {
  const head: Head = {};
  let depth = 1;
  BRACKET_OR_QUOTE.lastIndex = from;
  while (depth > 0 && (head.apiVersion === undefined || head.kind === undefined)) {
    const match = BRACKET_OR_QUOTE.exec(text);
    if (match === null) break;
    const [char] = match;
    if (char === '{' || char === '[') depth++;
    else if (char === '"') {
      const end = stringEnd(text, match.index + 1) ?? text.length;
      BRACKET_OR_QUOTE.lastIndex = end;
      const key = text.slice(match.index + 1, end - 1);
      if (depth !== 1 || (key !== 'apiVersion' && key !== 'kind')) continue;
      const value = skipSpace(text, end);
      const start = skipSpace(text, value + 1);
      if (text[value] !== ':' || text[start] !== '"') continue;
      const close = stringEnd(text, start + 1) ?? text.length;
      head[key] = wordOf(text.slice(start, close), base + start);
      BRACKET_OR_QUOTE.lastIndex = close;
    } else depth--;
  }
  return head;
}

function wordOf(raw: string, start: number): Word {
  return { text: raw.replaceAll(/^["']|["']$/g, ''), start, end: start + raw.length };
}
