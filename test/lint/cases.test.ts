import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Reachability } from '../../src/evaluate/map/reachability.ts';
import { LINT_CODES, lint } from '../../src/lint/run/lint.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import { readCases } from './case-file.ts';
import type { LintCase } from './case-file.ts';

const FOLDER = new URL('cases/', import.meta.url).pathname;
const FILES = readdirSync(FOLDER).map((file) => file.replace('.yaml', ''));

/** Rules that have something to say of nearly every cluster. */
const TALKATIVE = ['not-isolated', 'metadata-reachable'];

/** What is found in a case, as its lines would expect it. */
function found(one: LintCase): { findings: string[]; suppressed: number } {
  const { manifests, lines, also, podNetwork } = one;
  const cluster = readCluster([new Source('case.yaml', manifests)], { podNetwork });
  expect(cluster.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const disabled = TALKATIVE.filter((code) => !also.includes(code));
  const { findings, suppressed } = lint(cluster, new Reachability(cluster), { disabled });
  const texts = findings.map(({ place, code, severity, message }) => {
    const line = lines[place.line - 1]!;
    return `${line}: ${code} ${severity} ~ ${message}`;
  });
  return { findings: texts, suppressed };
}

test('every rule has cases, and every case file is of a rule', () => {
  expect(FILES.toSorted()).toEqual([...LINT_CODES].sort());
});

describe.each(FILES)('%s', (code) => {
  const cases = readCases(`${FOLDER}${code}.yaml`);

  test.each(cases.map((one) => [one.title, one] as const))('%s', (_, one) => {
    const { findings, suppressed } = found(one);
    const heads = findings.map((text) => text.split(' ~ ', 1)[0]);
    expect(heads, findings.join('\n')).toEqual(
      one.findings.map(({ line, code, severity }) => `${line}: ${code} ${severity}`),
    );
    one.findings.forEach(({ says }, i) => expect(findings[i]).toContain(says));
    expect(suppressed).toBe(one.suppressed);
  });

  test('it is seen to speak, to be silent, and to be kept quiet', () => {
    const speaks = cases.some(({ findings }) => findings.some((one) => one.code === code));
    const silent = cases.some(({ findings, suppressed }) => suppressed + findings.length === 0);
    const quiet = cases.some(({ suppressed }) => suppressed > 0);
    expect({ speaks, silent, quiet }).toEqual({ speaks: true, silent: true, quiet: true });
  });
});
