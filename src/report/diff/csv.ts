import type { Difference, End, Passing } from '../../evaluate/difference/difference.ts';
import { isNoPorts } from '../../model/port-set.ts';
import { visible } from '../words/visible.ts';
import { connectionChange } from './change.ts';
import { objectWords, passingText } from './words.ts';

/**
 * The changed connections as comma-separated values (RFC 4180, lines ended by LF), a line for those that
 * changed alike. `from` and `to` are lists of endpoint ids with spaces between; a passing of nothing is empty.
 */
export function* diffCsv({ changed, objects }: Difference): Generator<string> {
  yield 'change,from,to,before,after,causes\n';
  for (const { from, to, before, after, causes } of changed) {
    const by = causes.map((cause) => objectWords(objects[cause]!)).join('; ');
    const passings = [before, after].map((passing) =>
      isNothing(passing) ? '' : passingText(passing),
    );
    const fields = [connectionChange(before, after), ids(from), ids(to), ...passings, by];
    yield `${fields.map(quote).join()}\n`;
  }
}

function isNothing({ certain, depends }: Passing): boolean {
  return isNoPorts(certain) && isNoPorts(depends);
}

function ids(ends: readonly End[]): string {
  return ends.flatMap(({ members }) => members.map(({ shown }) => shown.id)).join(' ');
}

function quote(field: string): string {
  const shown = visible(field);
  return /[",]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
