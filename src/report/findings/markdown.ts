import { markdownCell, markdownCode, markdownMessage } from '../words/markdown-text.ts';
import { countText, entriesOf } from './entry.ts';
import type { Findings, FindingsEntry } from './entry.ts';

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
    const what = `${markdownCode(place.toString())}: ${markdownMessage(fix.summary)}`;
    yield `\n${what}\n\n\`\`\`yaml\n${fix.manifest.trimEnd()}\n\`\`\`\n`;
  }
}

function row({ severity, place, message, code, fix }: FindingsEntry): string {
  const remedy =
    fix === undefined || fix.manifest !== undefined
      ? ''
      : ` **Fix:** ${markdownMessage(fix.summary)}.`;
  const what = `${markdownMessage(message)}.${remedy}`;
  const cells = [severity, markdownCode(place.toString()), what, markdownCode(code)];
  return `|${cells.map((cell) => ` ${markdownCell(cell)} |`).join('')}\n`;
}
