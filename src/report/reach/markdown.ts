import { intersectAddresses, isEmpty, subtractAddresses } from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import { formatPorts } from '../../model/port-set.ts';
import type { Line, LineMap } from '../pairs/lines.ts';
import type { ReachRequest } from '../pairs/request.ts';
import { compareUnits, outsideUnit } from '../pairs/unit.ts';
import type { Unit } from '../pairs/unit.ts';
import { waysInMarkdown } from '../ways-in/list.ts';
import { markdownText as escape } from '../words/markdown-text.ts';
import { selectedWords } from '../words/new-pod-words.ts';

/** A matrix with more rows or columns than this is a list instead. */
const MOST_IN_MATRIX = 12;

/** The map as a Markdown table (GitHub's dialect): a matrix when small, else a list. */
export function* reachMarkdown(
  request: ReachRequest,
  map: LineMap,
  note: string | undefined,
): Generator<string> {
  if (note !== undefined) yield `${escape(note)}\n\n`;
  const reasons = [...new Set(map.lines.map(({ because }) => because))].filter(Boolean);
  // of a matrix about one pod nearly all cells would not be asked for
  const matrix = request.newPods === undefined ? matrixOf(map) : undefined;
  if (matrix === undefined) yield* listText(map.lines, reasons);
  else {
    yield* matrixText(matrix, reasons);
    const filtered = request.ports !== undefined || request.pair !== undefined;
    yield `\nAn empty cell: denied${filtered ? ', or not asked for' : ''}.\n`;
  }
  for (const [i, reason] of reasons.entries()) yield `\n${mark(i, reasons)} ${escape(reason)}\n`;
  for (const pod of request.newPods ?? [])
    yield `\n**${escape(pod.endpoint.id)}**: ${escape(selectedWords(pod))}\n`;
  if (request.waysIn !== undefined) yield* waysInMarkdown(request.waysIn, escape);
}

interface Matrix {
  readonly rows: readonly Unit[];
  readonly columns: readonly Unit[];
  readonly cellOf: (row: Unit, column: Unit) => readonly Line[];
}

/** Units that are not disjoint would say false things in a matrix: the outside is cut where lines cut it. */
function matrixOf({ lines, sources, destinations, outside }: LineMap): Matrix | undefined {
  const pieces = outsidePieces(lines, outside);
  const split = (unit: Unit): readonly Unit[] =>
    unit.addresses === undefined
      ? [unit]
      : pieces.filter((piece) => isInside(piece.addresses!, unit.addresses!));
  const cells = new Map<string, Line[]>();
  const rows = new Map(sources.map((unit) => [unit.name, unit]));
  const columns = new Map(destinations.map((unit) => [unit.name, unit]));
  for (const line of lines) {
    const [from, to] = [line.from.flatMap(split), line.to.flatMap(split)];
    for (const unit of from) rows.set(unit.name, unit);
    for (const unit of to) columns.set(unit.name, unit);
    if (Math.max(rows.size, columns.size) > MOST_IN_MATRIX) return undefined;
    for (const row of from) {
      for (const column of to) {
        if (isNotAsked(row, column)) continue;
        const key = cellKey(row, column);
        cells.set(key, [...(cells.get(key) ?? []), line]);
      }
    }
  }
  if (rows.size === 0 || columns.size === 0) return undefined;
  return {
    rows: [...rows.values()].sort(compareUnits),
    columns: [...columns.values()].sort(compareUnits),
    cellOf: (row, column) => cells.get(cellKey(row, column)) ?? [],
  };
}

function cellKey(row: Unit, column: Unit): string {
  return `${row.name}\n${column.name}`;
}

/** What is no pod has nothing to do with others of the kind, nor a single pod with itself. */
function isNotAsked(row: Unit, column: Unit): boolean {
  const pods = [row, column].some(({ kind }) => kind === 'pods' || kind === 'group');
  return !pods || (row.name === column.name && row.alone);
}

function outsidePieces(lines: readonly Line[], whole: AddressSet): Unit[] {
  const sets = lines
    .flatMap(({ from, to }) => [...from, ...to])
    .map(({ addresses }) => addresses)
    .filter((set) => set !== undefined);
  let pieces: AddressSet[] = isEmpty(whole) ? [] : [whole];
  for (const set of sets) {
    if (pieces.length > MOST_IN_MATRIX) break;
    pieces = pieces.flatMap((piece) =>
      [intersectAddresses(piece, set), subtractAddresses(piece, set)].filter(
        (part) => !isEmpty(part),
      ),
    );
  }
  return pieces.map((piece) => outsideUnit(piece, whole));
}

function isInside(part: AddressSet, set: AddressSet): boolean {
  return isEmpty(subtractAddresses(part, set));
}

function* matrixText(
  { rows, columns, cellOf }: Matrix,
  reasons: readonly string[],
): Generator<string> {
  yield `| from ↓ to → |${columns.map(({ name }) => ` ${escape(name)} |`).join('')}\n`;
  yield `| --- |${' --- |'.repeat(columns.length)}\n`;
  for (const row of rows) {
    const cells = columns.map((column) => {
      if (isNotAsked(row, column)) return ' – |';
      const parts = cellOf(row, column).map((line) => portsText(line, reasons));
      return ` ${parts.join('<br>')} |`.replace(/^ {2}/, ' ');
    });
    yield `| **${escape(row.name)}** |${cells.join('')}\n`;
  }
}

function* listText(lines: readonly Line[], reasons: readonly string[]): Generator<string> {
  yield '| from | to | ports |\n| --- | --- | --- |\n';
  const names = (units: readonly Unit[]): string =>
    units.map(({ name }) => escape(name)).join(', ');
  for (const line of lines)
    yield `| ${names(line.from)} | ${names(line.to)} | ${portsText(line, reasons)} |\n`;
}

function portsText({ ports, certainty, because, pairs }: Line, reasons: readonly string[]): string {
  const some = pairs === 'some' ? ' (some pairs)' : '';
  const depends = certainty === 'depends' ? ` ${mark(reasons.indexOf(because), reasons)}` : '';
  return `${formatPorts(ports)}${some}${depends}`;
}

function mark(index: number, reasons: readonly string[]): string {
  return reasons.length === 1 ? '\\*' : `\\*${index + 1}`;
}
