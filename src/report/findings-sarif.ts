import { LINT_RULES } from '../lint/rules.ts';
import type { Place } from '../model/place.ts';
import type { Severity } from '../model/problem.ts';
import { entriesOf } from './findings-entry.ts';
import type { Findings, FindingsEntry } from './findings-entry.ts';
import { printable } from './findings-excerpt.ts';
import { PROBLEM_CODES } from './findings-problem-codes.ts';

// SARIF 2.1.0: docs.oasis-open.org/sarif/sarif/v2.1.0/os; the section of each object in brackets
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json';

/** What was found as a SARIF 2.1.0 log, for code scanning. */
export function findingsSarif(found: Findings): string {
  const entries = entriesOf(found);
  const rules = rulesFor(entries);
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'sluice', rules } },
        columnKind: 'utf16CodeUnits',
        results: entries.map((entry) => resultOf(entry, indexes.get(entry.code)!)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** What a code means (reportingDescriptor, 3.49). */
interface SarifRule {
  readonly id: string;
  readonly shortDescription?: { readonly text: string };
  readonly fullDescription?: { readonly text: string };
  readonly help?: { readonly text: string };
  readonly defaultConfiguration?: { readonly level: string };
}

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
  const markdown = remedy === '' ? words : `${words}\n\n${remedy}${fenced}`;
  const named = subject && {
    logicalLocations: [{ fullyQualifiedName: subject, kind: 'resource' }],
  };
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text, markdown },
    locations: [{ ...locationOf(place), ...named }],
    ...(related.length > 0 && { relatedLocations: related.map(relatedOf) }),
    // stays the same when lines are added above (partialFingerprints, 3.27.17)
    partialFingerprints: { 'sluice/v1': [code, subject ?? place.file, place.path].join(' ') },
  };
}

function relatedOf(place: Place, id: number): object {
  return { id, ...locationOf(place), message: { text: 'see also' } };
}

/** Where (location, 3.28); columns are counted in UTF-16 units, as places count them. */
function locationOf({ file, line, column }: Place): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: { startLine: line, startColumn: column },
    },
  };
}

/** A file name as a URI reference (RFC 3986); a name that is one already, like `git:…`, stays. */
function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/');
  const encoded = encodeURI(printable(path)).replaceAll('#', '%23').replaceAll('?', '%3F');
  if (/^[A-Za-z]:\//.test(path)) return `file:///${encoded}`;
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
