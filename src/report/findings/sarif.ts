import { LINT_RULES } from '../../lint/run/rules.ts';
import type { Place } from '../../model/place.ts';
import type { Severity } from '../../model/problem.ts';
import { printable } from '../words/excerpt.ts';
import { markdownMessage } from '../words/markdown-text.ts';
import { sarifLocation, sarifLog } from '../words/sarif.ts';
import type { SarifRule } from '../words/sarif.ts';
import { entriesOf } from './entry.ts';
import type { Findings, FindingsEntry } from './entry.ts';
import { PROBLEM_CODES } from './problem-codes.ts';

/** What was found as a SARIF 2.1.0 log, for code scanning. */
export function findingsSarif(found: Findings): string {
  const entries = entriesOf(found);
  const rules = rulesFor(entries);
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const results = entries.map((entry) => resultOf(entry, indexes.get(entry.code)!));
  return sarifLog(rules, results);
}

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** All lint rules, and the codes of the problems there are. */
function rulesFor(entries: readonly FindingsEntry[]): SarifRule[] {
  const lintRules = LINT_RULES.map(
    ({ code, summary, evidence, remedy, severities }): SarifRule => ({
      id: code,
      shortDescription: { text: sentence(summary) },
      fullDescription: { text: `${sentence(summary)} Evidence: ${evidence}.` },
      help: { text: sentence(remedy) },
      defaultConfiguration: { level: LEVELS[severities[0]!] },
    }),
  );
  const known = new Set(lintRules.map(({ id }) => id));
  const others = new Set(entries.map(({ code }) => code).filter((code) => !known.has(code)));
  return [...lintRules, ...[...others].sort().map(problemRule)];
}

function problemRule(code: string): SarifRule {
  const problem = PROBLEM_CODES[code];
  if (problem === undefined) return { id: code };
  const { meaning, remedy } = problem;
  return {
    id: code,
    shortDescription: { text: sentence(meaning) },
    help: { text: sentence(remedy) },
  };
}

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

/** One finding (result, 3.27). Fixes are words here: a SARIF fix must name every character it replaces. */
function resultOf(entry: FindingsEntry, ruleIndex: number): object {
  const { code, severity, message, place, subject, fix, related } = entry;
  const words = printable(message);
  const remedy = fix === undefined ? '' : `fix: ${printable(fix.summary)}`;
  const manifest = fix?.manifest?.trimEnd();
  const text = [words, remedy, manifest].filter(Boolean).join('\n');
  const fenced = manifest === undefined ? '' : `\n\n\`\`\`yaml\n${manifest}\n\`\`\``;
  const markdown = [message, ...(fix === undefined ? [] : [`fix: ${fix.summary}`])]
    .map(markdownMessage)
    .join('\n\n');
  const named = subject && {
    logicalLocations: [{ fullyQualifiedName: subject, kind: 'resource' }],
  };
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text, markdown: `${markdown}${fenced}` },
    locations: [{ ...sarifLocation(place), ...named }],
    ...(related.length > 0 && { relatedLocations: related.map(relatedOf) }),
    // stays the same when lines are added above (partialFingerprints, 3.27.17)
    partialFingerprints: { 'sluice/v1': [code, subject ?? place.file, place.path].join(' ') },
  };
}

function relatedOf(place: Place, id: number): object {
  return { id, ...sarifLocation(place), message: { text: 'see also' } };
}
