import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LINT_RULES } from '../../src/lint/run/rules.ts';
import { PROBLEM_CODES } from '../../src/report/findings/problem-codes.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

/** The rows of a page's tables whose first cell is a code, without the cells the sources do not have. */
function rowsOf(page: string, cells: number): string[] {
  return readFileSync(`${ROOT}docs/${page}`, 'utf8')
    .split('\n')
    .filter((line) => /^\| `[a-z0-9-]+-[a-z0-9-]+` \|/.test(line))
    .map((line) => line.split(' | ').slice(0, cells).join(' | ').replace(/ \|$/, ''));
}

test('docs/findings.md says of every rule what the rule says of itself', () => {
  const rules = LINT_RULES.map(({ code, severities, summary, evidence, remedy }) =>
    [`| \`${code}\``, severities.join(', '), summary, evidence, remedy].join(' | '),
  );
  expect(rowsOf('findings.md', 5)).toEqual(rules);
});

test('docs/problems.md says of every code what SARIF says', () => {
  const codes = Object.entries(PROBLEM_CODES).map(([code, { severity, meaning, remedy }]) =>
    [`| \`${code}\``, severity, meaning, remedy].join(' | '),
  );
  expect(rowsOf('problems.md', 4)).toEqual(codes);
});

/** What stands before the code of a problem in the sources: its severity, or who reports it. */
const BEFORE_CODE =
  /(?:'(?:error|warning|info)',\s*|code: |#?[fF]ault\(\s*|refuse\(\s*\w+,\s*|problemAt\(\w+, |\n\s*\| )'([a-z0-9]+(?:-[a-z0-9]+)+)'/g;

test('every code that loading and reading report is documented, and no other', () => {
  const reported = new Set<string>();
  for (const folder of ['src/load', 'src/read']) {
    const files = readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.ts'))) {
      const text = readFileSync(`${ROOT}${folder}/${file}`, 'utf8');
      for (const [, code] of text.matchAll(BEFORE_CODE)) reported.add(code!);
    }
  }
  expect([...reported].sort()).toEqual(Object.keys(PROBLEM_CODES).sort());
});

test('codes of problems and of findings are different, and in kebab case', () => {
  const codes = [...LINT_RULES.map(({ code }) => code), ...Object.keys(PROBLEM_CODES)];
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
});

test('what rules say of themselves are clauses', () => {
  for (const { code, summary, evidence, remedy } of LINT_RULES) {
    for (const clause of [summary, evidence, remedy])
      expect(clause, code).toMatch(/^[A-Za-z](?!.*[\n|]).*[^.]$/);
  }
});
