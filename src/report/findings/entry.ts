import type { Finding, Remedy } from '../../lint/fixes/finding.ts';
import type { LintResult } from '../../lint/run/lint.ts';
import type { Place } from '../../model/place.ts';
import type { Problem, Severity } from '../../model/problem.ts';

/** What `sluice check` found: problems of reading the input, and findings about its meaning. */
export interface Findings {
  readonly problems: readonly Problem[];
  readonly result: LintResult;
}

/** A problem or a finding: the one shape that every format writes down. */
export interface FindingsEntry extends Problem {
  /** Undefined for a problem of reading the input. */
  readonly subject: string | undefined;
  readonly fix: Remedy | undefined;
  readonly related: readonly Place[];
}

/** Problems first, for they may hide findings; each in the order it was given. */
export function entriesOf({ problems, result }: Findings): FindingsEntry[] {
  return [...problems.map(entryOf), ...result.findings.map(entryOf)];
}

function entryOf(one: Problem & Partial<Finding>): FindingsEntry {
  const { code, severity, message, place, subject, fix, related = [] } = one;
  return { code, severity, message, place, subject, fix, related };
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** `2 errors, 1 warning, 3 infos`, and how many annotations keep quiet. */
export function countText(entries: readonly FindingsEntry[], suppressed: number): string {
  const counts = SEVERITIES.map((severity) => {
    const count = entries.filter((entry) => entry.severity === severity).length;
    return count === 0 ? '' : `${count} ${severity}${count === 1 ? '' : 's'}`;
  }).filter((text) => text !== '');
  const found = counts.length === 0 ? 'nothing found' : counts.join(', ');
  return suppressed === 0
    ? found
    : `${found}; ${suppressed} more kept quiet by \`sluice.dev/ignore\``;
}
