import type { Judgement } from '../../expect/judgement/judgement.ts';
import type { Problem } from '../../model/problem.ts';
import { explanationText } from '../explanation/text.ts';
import { excerptOf, printable } from '../words/excerpt.ts';
import { paint } from '../words/paint.ts';
import type { Paint } from '../words/paint.ts';
import { printableLine } from '../words/printable-line.ts';
import { coverageLines } from './coverage.ts';
import { faultLine } from './fault.ts';
import { mutationLines } from './mutation.ts';
import { countsOf, isMet } from './run.ts';
import type { TestRun, ToldJudgement } from './run.ts';

const MOST_FAULTS = 5;

/** What `sluice test` found, for a person: what holds in one line each, the rest with the reason. */
export function* testText(run: TestRun, colour: boolean): Generator<string> {
  const ink = paint(colour);
  for (const problem of run.problems) yield `${problemLines(problem, ink).join('\n')}\n\n`;
  let file = '';
  for (const told of run.told) {
    const own = told.judgement.expectation.place.file;
    if (own !== file) yield `${file === '' ? '' : '\n'}${ink.bold(printable(own))}\n`;
    file = own;
    yield `${judgementLines(told, run, ink, colour).join('\n')}\n`;
  }
  yield `\n${countText(run, ink)}\n`;
  const { coverage, mutation, lab } = run;
  if (lab) {
    const left = lab.left === 0 ? '' : `; ${lab.left} more were not, one in many was chosen`;
    yield `${lab.tried} connections tried with real packets in lab \`${lab.name}\`${left}\n`;
  }
  const shown = (line: string): string => printableLine(line, colour);
  if (coverage) yield `\n${coverageLines(coverage, ink).map(shown).join('\n')}\n`;
  if (mutation) yield `\n${mutationLines(mutation, run.outside, ink).map(shown).join('\n')}\n`;
}

function problemLines({ message, place }: Problem, ink: Paint): string[] {
  const { line, text, indent } = excerptOf(place);
  return [
    `${ink.bold(printable(place.toString()))}: ${ink.red('error')}: ${printable(message)}`,
    `${ink.dim(`${String(line).padStart(5)} |`)} ${text}`,
    `${ink.dim('      |')} ${indent}${ink.red('^')}`,
  ];
}

function judgementLines(
  { judgement, explanations }: ToldJudgement,
  run: TestRun,
  ink: Paint,
  colour: boolean,
): string[] {
  const { expectation, faults, faulty, pairs, problems } = judgement;
  const { title, because, place } = expectation;
  const lines = [`  ${mark(judgement, run, ink)} ${printable(title)}`];
  if (judgement.state === 'passed') return lines;
  lines[0] += `  ${ink.dim(printable(place.toString()))}`;
  if (because !== undefined) lines.push(`      because: ${printable(because)}`);
  for (const problem of problems) {
    lines.push(`      ${printable(problem.place.toString())}: ${printable(problem.message)}`);
  }
  for (const fault of faults.slice(0, MOST_FAULTS))
    lines.push(`      ${printable(faultLine(fault, run.outside))}`);
  const more = faults.length - MOST_FAULTS;
  if (more > 0)
    lines.push(
      `      … and more: ${faulty} of ${pairs} ${run.lab ? 'connections' : 'pairs'} are not as expected`,
    );
  for (const explanation of explanations) {
    lines.push('');
    for (const line of explanationText(explanation, colour).trimEnd().split('\n'))
      lines.push(line === '' ? '' : `      ${line}`);
    lines.push('');
  }
  return lines;
}

function mark(judgement: Judgement, run: TestRun, ink: Paint): string {
  switch (judgement.state) {
    case 'passed':
      return ink.green('✓');
    case 'failed':
      return ink.red('✗');
    case 'depends':
      return isMet(judgement, run) ? ink.green('?') : ink.yellow('?');
    case 'broken':
      return ink.red('!');
  }
}

function countText(run: TestRun, ink: Paint): string {
  const { passed, failed, depends, broken } = countsOf(run);
  const parts = [ink.green(`${passed} passed`)];
  if (failed > 0) parts.push(ink.red(`${failed} failed`));
  if (depends > 0) {
    const accepted = run.acceptsDepends ? ', accepted' : '';
    parts.push(ink.yellow(`${depends} ${depends === 1 ? 'depends' : 'depend'}${accepted}`));
  }
  if (broken > 0) parts.push(ink.red(`${broken} could not be checked`));
  const all = passed + failed + depends + broken;
  return `${all} ${all === 1 ? 'expectation' : 'expectations'}: ${parts.join(', ')}`;
}
