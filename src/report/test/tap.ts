import { dump } from 'js-yaml';
import { explanationText } from '../explanation/text.ts';
import { printable } from '../words/excerpt.ts';
import { paint } from '../words/paint.ts';
import { coverageLines } from './coverage.ts';
import { faultLine } from './fault.ts';
import { mutationLines } from './mutation.ts';
import { isMet } from './run.ts';
import type { TestRun, ToldJudgement } from './run.ts';

const PLAIN = paint(false);

/**
 * What `sluice test` found in the Test Anything Protocol, version 14 (testanything.org): one test point for each
 * expectation, a YAML block below each that does not hold, and one for each that cannot be read.
 */
export function* testTap(run: TestRun): Generator<string> {
  const unread = run.problems.filter(({ severity }) => severity === 'error');
  yield 'TAP version 14\n';
  yield `1..${unread.length + run.told.length}\n`;
  let number = 0;
  for (const { message, place } of unread) {
    const what = `expectation at ${place.toString()} can be read`;
    yield `not ok ${++number} - ${described(what)}\n`;
    yield block({ message, severity: 'error', at: place.toJSON() });
  }
  for (const told of run.told) {
    const { judgement } = told;
    const met = isMet(judgement, run);
    yield `${met ? 'ok' : 'not ok'} ${++number} - ${described(judgement.expectation.title)}\n`;
    if (judgement.state !== 'passed') yield block(diagnostics(told, run));
  }
  const { coverage, mutation } = run;
  const lines = [
    ...(coverage ? coverageLines(coverage, PLAIN) : []),
    ...(mutation ? mutationLines(mutation, run.outside, PLAIN) : []),
  ];
  for (const line of lines) yield `# ${printable(line)}\n`;
}

function diagnostics({ judgement, explanations }: ToldJudgement, run: TestRun): object {
  const { expectation, state, faults, pairs, faulty, problems } = judgement;
  const { because, place } = expectation;
  const lines = [
    ...problems.map((problem) => `${problem.place.toString()}: ${problem.message}`),
    ...faults.map((fault) => faultLine(fault, run.outside)),
  ];
  return {
    message: lines[0] ?? state,
    severity: state === 'broken' ? 'error' : state === 'failed' ? 'fail' : 'comment',
    state,
    at: place.toJSON(),
    ...(because !== undefined && { because }),
    ...(lines.length > 1 && { faults: lines }),
    ...(faulty > 0 && { pairs, faulty }),
    ...(explanations.length > 0 && {
      explanation: explanations.map((one) => printable(explanationText(one, false))).join('\n'),
    }),
  };
}

/** A description on one line; `#` would begin a directive, and `\` escapes (TAP 14, "Escaping"). */
function described(text: string): string {
  return printable(text)
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('#', String.raw`\#`);
}

/** A YAML diagnostics block: indented by two, between `---` and `...`. */
function block(value: object): string {
  const yaml = dump(value, { lineWidth: -1, noRefs: true }).trimEnd().split('\n');
  return ['---', ...yaml, '...'].map((line) => (line === '' ? '\n' : `  ${line}\n`)).join('');
}
