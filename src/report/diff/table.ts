import { placesOf } from '../../evaluate/difference/objects.ts';
import type { ChangedObject } from '../../evaluate/difference/objects.ts';
import type { WayChange, WayChangeKind } from '../../evaluate/ways-in/way-changes.ts';
import { paint } from '../words/paint.ts';
import type { Paint } from '../words/paint.ts';
import { layTable } from '../words/table.ts';
import { visible } from '../words/visible.ts';
import type { ConnectionChange } from './change.ts';
import type { DiffLine, DiffView, Presence } from './result.ts';
import { headline, idleWords, portsWords, presenceWords, ruleWords } from './sentences.ts';
import { wayLine } from './ways.ts';
import { cutList, objectWords, passingText } from './words.ts';

const COLUMNS = [
  { title: '', least: 1 },
  { title: '', least: 9 },
  { title: '', least: 20 },
  { title: '', least: 1 },
  { title: '', least: 20 },
  { title: '', least: 12 },
  { title: '', least: 8 },
];

/** How many names a cell lists before it counts the rest. */
const MOST_NAMES = 6;
/** How many objects a section names. */
const MOST_CAUSES = 8;
/** How many lines a section has before it counts the rest. */
const MOST_LINES = 30;

const INK: Readonly<Record<ConnectionChange, 'red' | 'green' | 'yellow'>> = {
  opened: 'green',
  widened: 'green',
  certain: 'green',
  changed: 'yellow',
  uncertain: 'yellow',
  narrowed: 'red',
  closed: 'red',
};

/** A difference for a terminal. */
export function* diffTable(view: DiffView, colour: boolean, width: number): Generator<string> {
  const ink = paint(colour);
  yield `${ink.bold(headline(view))}\n`;
  if (view.isBrief)
    yield `${ink.yellow('too many to list one by one, so this is by namespace; narrow it with --from or --to, or write all with -o json')}\n`;
  for (const { causes, lines } of view.sections) {
    const words = causes.map((cause) => causeWords(cause, ink));
    yield `\n${cutList(words, MOST_CAUSES)
      .join('\nand ')
      .replace(/^and and /m, 'and ')}\n`;
    yield* listing(lines, causes, ink, width);
  }
  yield* waysText(view.ways, ink);
  for (const presence of view.presences) yield* presenceText(presence, ink, width);
  if (view.idle.length > 0) yield `\n${idleWords(view)}\n`;
}

function causeWords(cause: ChangedObject, ink: Paint): string {
  const { old, new: current } = placesOf(cause);
  const place = current ?? old;
  const where = place === undefined ? '' : `  ${ink.dim(visible(`${place.file}:${place.line}`))}`;
  return `${ink.bold(objectWords(cause))}${where}`;
}

function* listing(
  lines: readonly DiffLine[],
  causes: readonly ChangedObject[],
  ink: Paint,
  width: number,
): Generator<string> {
  const shown = lines.slice(0, lines.length > MOST_LINES + 1 ? MOST_LINES : lines.length);
  const rows = shown.map((line) => [
    '',
    line.change,
    cutList(line.from, MOST_NAMES).join(', '),
    '→',
    cutList(line.to, MOST_NAMES).join(', '),
    portsWords(line),
    ruleWords(line, causes),
  ]);
  yield* layTable(COLUMNS, rows, width, (text, column, row) => {
    if (column === 1) return ink[INK[shown[row]!.change]](text);
    return column === 3 || column === 6 ? ink.dim(text) : text;
  });
  if (shown.length < lines.length) yield `   and ${lines.length - shown.length} more lines\n`;
}

const WAY_INK: Readonly<Record<WayChangeKind, 'red' | 'green' | 'yellow'>> = {
  opened: 'green',
  certain: 'green',
  redirected: 'yellow',
  uncertain: 'yellow',
  closed: 'red',
};

/** As wide as the longest change, and a gap. */
const WAY_CHANGE = 'redirected'.length + 2;

function* waysText(ways: readonly WayChange[], ink: Paint): Generator<string> {
  if (ways.length === 0) return;
  yield `\n${ink.bold('ways in from outside')}\n`;
  const shown = ways.slice(0, ways.length > MOST_LINES + 1 ? MOST_LINES : ways.length);
  for (const { change, name, asks, words, place } of shown.map(wayLine)) {
    const where = ink.dim(visible(`${place.file}:${place.line}`));
    yield `  ${ink[WAY_INK[change]](change)}${' '.repeat(WAY_CHANGE - change.length)}${visible(`${name}, ${asks}`)}  ${where}\n`;
    for (const line of words) yield `${' '.repeat(WAY_CHANGE + 4)}${visible(line)}\n`;
  }
  if (shown.length < ways.length) yield `   and ${ways.length - shown.length} more\n`;
}

function* presenceText(presence: Presence, ink: Paint, width: number): Generator<string> {
  const { lines } = presence;
  yield `\n${ink.bold(presenceWords(presence))}\n`;
  if (lines === undefined) {
    yield '  their connections are too many to list here; `sluice reach` lists them\n';
    return;
  }
  const shown = lines.slice(0, lines.length > MOST_LINES + 1 ? MOST_LINES : lines.length);
  const rows = shown.map(({ from, to, after }) => [
    '',
    '',
    cutList(from, MOST_NAMES).join(', '),
    '→',
    cutList(to, MOST_NAMES).join(', '),
    passingText(after),
    '',
  ]);
  yield* layTable(
    COLUMNS.map((column, i) => (i === 1 ? { title: '', least: 0 } : column)),
    rows,
    width,
    (text, column) => (column === 3 ? ink.dim(text) : text),
  );
  if (shown.length < lines.length) yield `   and ${lines.length - shown.length} more lines\n`;
}
