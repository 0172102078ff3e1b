import { placesOf } from '../../evaluate/difference/objects.ts';
import type { ChangedObject } from '../../evaluate/difference/objects.ts';
import type { WayChange } from '../../evaluate/ways-in/way-changes.ts';
import { counted } from '../words/counted.ts';
import { htmlText as html, markdownText as escape } from '../words/markdown-text.ts';
import type { DiffLine, DiffView, Presence } from './result.ts';
import {
  headline,
  idleWords,
  portsWords,
  presenceWords,
  ruleWords,
  wayCounts,
} from './sentences.ts';
import { wayLine } from './ways.ts';
import { cutList, objectWords, passingText } from './words.ts';

const MOST_NAMES = 8;
/** How many objects a section names. */
const MOST_CAUSES = 8;
/** How many lines a section has before it counts the rest. */
const MOST_LINES = 40;
/** GitHub takes comments of 65,536 characters; from here on, sections are only named. */
const MOST_TEXT = 50_000;
/** So few lines are shown at once, more behind a click. */
const OPEN_LINES = 12;

/** A difference as Markdown (GitHub's dialect) for a comment on a change: a line, then details to open. */
export function* diffMarkdown(view: DiffView): Generator<string> {
  yield `**Sluice:** ${escape(headline(view))}\n`;
  if (view.isBrief) yield '\nToo many to list one by one, so this is by namespace.\n';
  const lines = view.sections.reduce((sum, section) => sum + section.lines.length, 0);
  let written = 0;
  for (const { causes, lines: own } of view.sections) {
    const summary = `${cutList(causes.map(causeText), MOST_CAUSES)
      .join(' and ')
      .replace(/and and /, 'and ')}: ${countedLines(own)}`;
    const text = `\n${details(summary, table(own, causes), lines <= OPEN_LINES)}`;
    written += text.length;
    yield written > MOST_TEXT ? `\n${summary}\n` : text;
  }
  if (view.ways.length > 0) {
    const text = `\n${waysText(view.ways)}`;
    written += text.length;
    yield written > MOST_TEXT ? `\n${capital(escape(wayCounts(view.ways)))}.\n` : text;
  }
  for (const presence of view.presences) {
    const text = `\n${presenceText(presence)}`;
    written += text.length;
    yield written > MOST_TEXT ? `\n${escape(presenceWords(presence))}\n` : text;
  }
  if (view.idle.length > 0) yield `\n${capital(escape(idleWords(view)))}.\n`;
}

/** Inside `summary`, where GitHub reads HTML and no Markdown. */
function causeText(cause: ChangedObject): string {
  const { old, new: current } = placesOf(cause);
  const place = current ?? old;
  const where = place === undefined ? '' : ` (<code>${html(`${place.file}:${place.line}`)}</code>)`;
  return `<b>${html(objectWords(cause))}</b>${where}`;
}

function countedLines(lines: readonly DiffLine[]): string {
  return counted(
    lines.reduce((sum, { pairs }) => sum + pairs, 0),
    'connection',
  );
}

function details(summary: string, body: string, open: boolean): string {
  return `<details${open ? ' open' : ''}>\n<summary>${summary}</summary>\n\n${body}\n</details>\n`;
}

function table(lines: readonly DiffLine[], causes: readonly ChangedObject[]): string {
  const shown = cut(lines);
  const hasRules = shown.some(({ rules }) => rules.length > 0);
  const head = ['', 'from', 'to', 'ports', ...(hasRules ? ['rule'] : [])];
  const rows = shown.map((line) => [
    line.change,
    names(line.from),
    names(line.to),
    escape(portsWords(line)),
    ...(hasRules ? [escape(ruleWords(line, causes))] : []),
  ]);
  return `${tableText(head, rows)}${more(lines, shown)}`;
}

function waysText(ways: readonly WayChange[]): string {
  const shown = cut(ways);
  const rows = shown
    .map(wayLine)
    .map(({ change, name, asks, words, place }) => [
      change,
      escape(name),
      escape(asks),
      escape(words.join('; ')),
      escape(`${place.file}:${place.line}`),
    ]);
  const body = tableText(['', 'way in', 'asked for', 'path', 'place'], rows);
  return details(html(wayCounts(ways)), `${body}${more(ways, shown)}`, ways.length <= OPEN_LINES);
}

function presenceText(presence: Presence): string {
  const { lines } = presence;
  const words = escape(presenceWords(presence));
  if (lines === undefined) return `${capital(words)}. Their connections are too many to list.\n`;
  if (lines.length === 0) return `${capital(words)}.\n`;
  const shown = cut(lines);
  const rows = shown.map(({ from, to, after }) => [
    names(from),
    names(to),
    escape(passingText(after)),
  ]);
  const body = `${tableText(['from', 'to', 'ports'], rows)}${more(lines, shown)}`;
  return details(html(presenceWords(presence)), body, false);
}

function cut<T>(lines: readonly T[]): readonly T[] {
  return lines.slice(0, lines.length > MOST_LINES + 1 ? MOST_LINES : lines.length);
}

function more(lines: readonly unknown[], shown: readonly unknown[]): string {
  const left = lines.length - shown.length;
  return left === 0 ? '' : `\n… and ${left} more lines.\n`;
}

function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return `${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}`;
}

function names(list: readonly string[]): string {
  return escape(cutList(list, MOST_NAMES).join(', '));
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
