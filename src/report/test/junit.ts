import { explanationText } from '../explanation/text.ts';
import { coverageLine } from './coverage.ts';
import { faultLine } from './fault.ts';
import { mutationLine } from './mutation.ts';
import { countsOf, isMet } from './run.ts';
import type { TestRun, ToldJudgement } from './run.ts';

/**
 * What `sluice test` found as JUnit XML, as CI systems read it (the common part of the Ant and Surefire
 * forms): a suite for each file, a case for each expectation. Not holding is a failure; what cannot be
 * checked is an error.
 */
export function* testJunit(run: TestRun): Generator<string> {
  const files = new Map<string, ToldJudgement[]>();
  for (const { place } of run.problems) files.set(place.file, files.get(place.file) ?? []);
  for (const told of run.told) {
    const { file } = told.judgement.expectation.place;
    const own = files.get(file);
    if (own === undefined) files.set(file, [told]);
    else own.push(told);
  }
  const { broken } = countsOf(run);
  const failures = run.told.filter(({ judgement }) => isFailure(judgement.state, run)).length;
  const tests = run.told.length + unreadIn(run, undefined).length;
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites name="sluice" ${counts(tests, failures, broken)}>\n`;
  let first = true;
  for (const [file, own] of files) {
    yield* suite(file, own, run, first ? properties(run) : []);
    first = false;
  }
  yield '</testsuites>\n';
}

/** What is about all expectations together; the form has no other place for it. */
function properties({ coverage, mutation }: TestRun): [name: string, value: string][] {
  return [
    ...(coverage ? [['coverage', coverageLine(coverage)] as [string, string]] : []),
    ...(mutation ? [['mutation', mutationLine(mutation)] as [string, string]] : []),
  ];
}

function* suite(
  file: string,
  told: readonly ToldJudgement[],
  run: TestRun,
  about: readonly [name: string, value: string][],
): Generator<string> {
  const unread = unreadIn(run, file);
  const failures = told.filter(({ judgement }) => isFailure(judgement.state, run)).length;
  const broken = told.filter(({ judgement }) => judgement.state === 'broken').length;
  const tests = told.length + unread.length;
  yield `  <testsuite name=${quoted(file)} ${counts(tests, failures, broken + unread.length)}>\n`;
  if (about.length > 0) {
    yield '    <properties>\n';
    for (const [name, value] of about)
      yield `      <property name=${quoted(name)} value=${quoted(value)}/>\n`;
    yield '    </properties>\n';
  }
  for (const { message, place } of unread) {
    const name = `expectation at line ${place.line} can be read`;
    yield `    <testcase classname=${quoted(file)} name=${quoted(name)} file=${quoted(file)} line="${place.line}">\n`;
    yield `      <error type="broken" message=${quoted(message)}>${escaped(`${place.toString()}: ${message}`)}</error>\n`;
    yield '    </testcase>\n';
  }
  for (const one of told) yield* testCase(file, one, run);
  yield '  </testsuite>\n';
}

function* testCase(
  file: string,
  { judgement, explanations }: ToldJudgement,
  run: TestRun,
): Generator<string> {
  const { expectation, state, faults, problems } = judgement;
  const { title, because, place } = expectation;
  const opening = `    <testcase classname=${quoted(file)} name=${quoted(title)} file=${quoted(file)} line="${place.line}"`;
  if (state === 'passed') {
    yield `${opening}/>\n`;
    return;
  }
  yield `${opening}>\n`;
  const lines = [
    ...problems.map((problem) => `${problem.place.toString()}: ${problem.message}`),
    ...faults.map((fault) => faultLine(fault, run.outside)),
  ];
  const text = [
    ...(because === undefined ? [] : [`because: ${because}`]),
    ...lines,
    ...explanations.map((one) => `\n${explanationText(one, false)}`),
  ].join('\n');
  if (isMet(judgement, run)) yield `      <system-out>${escaped(text)}</system-out>\n`;
  else {
    const element = state === 'broken' ? 'error' : 'failure';
    yield `      <${element} type="${state}" message=${quoted(lines[0] ?? state)}>${escaped(text)}</${element}>\n`;
  }
  yield '    </testcase>\n';
}

function isFailure(state: ToldJudgement['judgement']['state'], run: TestRun): boolean {
  return state === 'failed' || (state === 'depends' && !run.acceptsDepends);
}

function unreadIn({ problems }: TestRun, file: string | undefined): TestRun['problems'] {
  return problems.filter(
    ({ severity, place }) => severity === 'error' && (file === undefined || place.file === file),
  );
}

function counts(tests: number, failures: number, errors: number): string {
  return `tests="${tests}" failures="${failures}" errors="${errors}" skipped="0" time="0"`;
}

/** An attribute value; line breaks and tabs would become spaces to a reader (XML 1.0, 3.3.3). */
function quoted(text: string): string {
  const spaces = escaped(text).replaceAll(/[\t\n\r]/g, (one) => `&#${one.charCodeAt(0)};`);
  return `"${spaces.replaceAll('"', '&quot;')}"`;
}

/** Text as XML 1.0 may hold it: characters that it forbids become the replacement character (2.2). */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
