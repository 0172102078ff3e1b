import { countText, entriesOf } from './findings-entry.ts';
import type { Findings, FindingsEntry } from './findings-entry.ts';
import { printable } from './findings-excerpt.ts';

/** What was found as Markdown for a comment on a change: a table, then the fixes that have YAML. */
export function* findingsMarkdown(found: Findings): Generator<string> {
  const entries = entriesOf(found);
  yield `**Sluice:** ${countText(entries, found.result.suppressed)}\n`;
  if (entries.length === 0) return;
  yield '\n| severity | where | what | code |\n| --- | --- | --- | --- |\n';
  for (const entry of entries) yield row(entry);
  for (const entry of entries) {
    const { fix, place } = entry;
    if (fix?.manifest === undefined) continue;
    yield `\n${code(place.toString())}: ${text(fix.summary)}\n\n\`\`\`yaml\n${fix.manifest.trimEnd()}\n\`\`\`\n`;
  }
}

function row({ severity, place, message, code: name, fix }: FindingsEntry): string {
  const remedy =
    fix === undefined || fix.manifest !== undefined ? '' : ` **Fix:** ${text(fix.summary)}.`;
  return `| ${severity} | ${code(place.toString())} | ${text(message)}.${remedy} | ${code(name)} |\n`;
}

/** Text of a message: its backticks are Markdown already, the rest must not become any. */
function text(message: string): string {
  return printable(message).replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

function code(name: string): string {
  return `\`${printable(name).replaceAll('|', '\\|').replaceAll('`', "'")}\``;
}
