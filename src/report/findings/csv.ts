import { visible } from '../words/visible.ts';
import { entriesOf } from './entry.ts';
import type { Findings, FindingsEntry } from './entry.ts';

const HEAD = 'severity,code,file,line,column,path,subject,message,fix\n';

/** What was found as CSV (RFC 4180, lines ended by LF), one line each, a header first. */
export function* findingsCsv(found: Findings): Generator<string> {
  yield HEAD;
  for (const entry of entriesOf(found)) yield `${fieldsOf(entry).map(quote).join()}\n`;
}

function fieldsOf({ severity, code, place, subject, message, fix }: FindingsEntry): string[] {
  const { file, line, column, path } = place.toJSON();
  const at = [file, `${line}`, `${column}`, path];
  return [severity, code, ...at, subject ?? '', message, fix?.summary ?? ''];
}

function quote(field: string): string {
  const shown = visible(field);
  return /[",]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
