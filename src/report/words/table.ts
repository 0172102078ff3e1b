/** One line of a table: its cells, one fewer than, or as many as, there are columns. */
export type Cells = readonly string[];

/** How a column may be narrowed: cells are broken after `, `, never below this many characters. */
export interface Column {
  readonly title: string;
  readonly least: number;
}

const GAP = '  ';

/**
 * Lays cells out in columns no wider together than `width`, as far as the columns' least widths allow;
 * long cells go on in the next line. `style` colours a piece of a cell after it was measured.
 */
export function* layTable(
  columns: readonly Column[],
  rows: readonly Cells[],
  width: number,
  style: (text: string, column: number, row: number) => string,
): Generator<string> {
  const widths = columnWidths(columns, rows, width);
  for (const [r, row] of rows.entries()) {
    const broken = row.map((cell, c) => breakCell(cell, widths[c]!));
    const height = Math.max(...broken.map((lines) => lines.length));
    for (let line = 0; line < height; line++) {
      const cells = broken.map((lines, c) => {
        const text = lines[line] ?? '';
        return (
          (text === '' ? '' : style(text, c, r)) +
          ' '.repeat(Math.max(0, widths[c]! - lengthOf(text)))
        );
      });
      yield `${cells.join(GAP).trimEnd()}\n`;
    }
  }
}

function columnWidths(columns: readonly Column[], rows: readonly Cells[], width: number): number[] {
  const widths = columns.map(({ title }, c) =>
    rows.reduce((most, row) => Math.max(most, lengthOf(row[c] ?? '')), lengthOf(title)),
  );
  const gaps = GAP.length * (columns.length - 1);
  let over = widths.reduce((sum, one) => sum + one, gaps) - width;
  while (over > 0) {
    const slack = widths.map((one, c) => one - columns[c]!.least);
    const widest = slack.indexOf(Math.max(...slack));
    if (slack[widest]! <= 0) break;
    const second = Math.max(0, ...slack.filter((_, c) => c !== widest));
    const step = Math.max(1, Math.min(over, slack[widest]! - second));
    widths[widest]! -= step;
    over -= step;
  }
  return widths;
}

/** Breaks a cell after commas and semicolons; a word that is too long keeps its length. */
function breakCell(cell: string, width: number): string[] {
  if (lengthOf(cell) <= width) return [cell];
  const lines: string[] = [];
  let line = '';
  for (const piece of cell.split(/(?<=[,;:] )/)) {
    if (line !== '' && lengthOf(line) + lengthOf(piece.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  return [...lines, line];
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
