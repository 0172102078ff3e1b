import type { Severity } from '../../model/problem.ts';
import { excerptOf, printable } from '../words/excerpt.ts';
import { paint } from '../words/paint.ts';
import type { Paint } from '../words/paint.ts';
import { countText, entriesOf } from './entry.ts';
import type { Findings, FindingsEntry } from './entry.ts';

/** What was found, as a compiler prints it: place, line and caret, fix, and a closing count. */
export function* findingsText(found: Findings, colour: boolean): Generator<string> {
  const ink = paint(colour);
  const entries = entriesOf(found);
  for (const entry of entries) yield `${entryLines(entry, ink).join('\n')}\n\n`;
  yield `${countText(entries, found.result.suppressed)}\n`;
}

function entryLines(entry: FindingsEntry, ink: Paint): string[] {
  const { code, severity, message, place, fix, related } = entry;
  const inked = severityInk(severity, ink);
  const where = ink.bold(printable(place.toString()));
  const lines = [`${where}: ${inked(severity)}: ${printable(message)} ${ink.dim(`[${code}]`)}`];
  const { line, text, indent } = excerptOf(place);
  const number = String(line).padStart(5);
  if (text.trim() !== '') {
    lines.push(`${ink.dim(`${number} |`)} ${text}`);
    lines.push(`${ink.dim('      |')} ${indent}${inked('^')}`);
  }
  for (const other of related) lines.push(`  ${ink.dim('see:')} ${printable(other.toString())}`);
  if (fix !== undefined) {
    lines.push(`  ${ink.bold('fix:')} ${printable(fix.summary)}`);
    for (const yaml of fix.manifest?.trimEnd().split('\n') ?? [])
      lines.push(`    ${ink.cyan(printable(yaml))}`);
  }
  return lines;
}

function severityInk(severity: Severity, ink: Paint): (text: string) => string {
  switch (severity) {
    case 'error':
      return ink.red;
    case 'warning':
      return ink.yellow;
    case 'info':
      return ink.cyan;
  }
}
