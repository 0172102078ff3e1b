import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { test } from 'vitest';
import type { Cluster } from '../../src/model/cluster.ts';
import { EndIndex } from '../conformance/ends.ts';
import type { Ends } from '../conformance/ends.ts';
import { judgeIn } from '../conformance/evaluate.ts';
import { formatQuestion } from '../conformance/implementation.ts';
import type { Answer, Judgement, Question, World } from '../conformance/implementation.ts';
import { clusterOf } from '../conformance/manifests.ts';
import { caseFileOf } from '../generators/counterexample.ts';
import { questionsOf } from '../generators/questions.ts';
import { SEED } from '../generators/seed.ts';

/** How many worlds each law is tried on. */
const RUNS = 200;

/** What breaks a law: a question of a world, and in what way. */
export interface Violation {
  readonly world: World;
  readonly question: Question;
  readonly is: Answer;
  readonly because: string;
}

/** A world that has been read, ready for questions. */
export interface Read {
  readonly world: World;
  readonly cluster: Cluster;
  readonly judge: (question: Question) => Judgement;
  readonly find: (text: string) => Ends;
}

/**
 * A test whose name is the law: no generated value may give a violation. When one does, the smallest
 * found is shown, its world as a case file.
 */
export function law<T>(
  sentence: string,
  values: Arbitrary<T>,
  violationOf: (value: T) => Violation | undefined,
): void {
  test(sentence, () => {
    const property = fc.property(values, (value) => violationOf(value) === undefined);
    const details = fc.check(property, { seed: SEED, numRuns: RUNS });
    if (!details.failed) return;
    const [value] = details.counterexample!;
    throw new Error(report(sentence, violationOrError(value)));
  });

  function violationOrError(value: T): Violation | undefined | string {
    try {
      return violationOf(value);
    } catch (error) {
      return `${error instanceof Error ? error.stack : String(error)}\n${JSON.stringify(value)}`;
    }
  }
}

function report(sentence: string, violation: Violation | string | undefined): string {
  if (typeof violation === 'string') return `${sentence}: ${violation}`;
  if (violation === undefined)
    return `\`${sentence}\` is broken by a value that cannot be repeated`;
  const { world, question, is, because } = violation;
  const source = `breaks the law "${sentence}", seed ${SEED}`;
  return [
    `${sentence}: not for ${formatQuestion(question)}: ${because}`,
    caseFileOf(world, question, is, source),
  ].join('\n\n');
}

/** Reads a world. */
export function read(world: World): Read {
  const cluster = clusterOf(world);
  const index = new EndIndex(cluster);
  const judge = judgeIn(cluster);
  return {
    world,
    cluster,
    judge: (question) => judge(question)!,
    find: (text) => index.find(text),
  };
}

/** Questions whose ends are each a single pod, node or address: a workload's pods may differ. */
export function singleQuestions({ world, find }: Read, perPair = 1): Question[] {
  const isSingle = (text: string): boolean => find(text).ends.length === 1;
  return questionsOf(world, perPair).filter(({ from, to }) => isSingle(from) && isSingle(to));
}

/** The first question where the two worlds do not stand as they should; the later world is shown. */
export function compare(
  questions: readonly Question[],
  before: Read,
  after: Read,
  stand: (before: Judgement, after: Judgement, question: Question) => boolean,
): Violation | undefined {
  for (const question of questions) {
    const [first, second] = [before.judge(question), after.judge(question)];
    if (stand(first, second, question)) continue;
    const because = `${describe(first)} before, ${describe(second)} after`;
    return { world: after.world, question, is: second.answer, because };
  }
  return undefined;
}

function describe({ answer, egress, ingress }: Judgement): string {
  return `${answer} (egress ${egress}, ingress ${ingress})`;
}

/** Whether two judgements say the same, sides included. */
export function same(a: Judgement, b: Judgement): boolean {
  return a.answer === b.answer && a.egress === b.egress && a.ingress === b.ingress;
}

/** How much an answer lets through. */
export function rank(answer: Answer): number {
  return ['denied', 'depends', 'allowed'].indexOf(answer);
}
