import type { Coverage } from '../../expect/coverage/coverage.ts';
import type { Judgement } from '../../expect/judgement/judgement.ts';
import type { Mutation } from '../../expect/mutation/mutation.ts';
import type { Problem } from '../../model/problem.ts';
import type { Explanation } from '../explanation/explanation.ts';
import type { Outside } from './fault.ts';

/** A judgement with what is told of its faults. */
export interface ToldJudgement {
  readonly judgement: Judgement;
  /** For the first faults, why it is so, and what would mend it. */
  readonly explanations: readonly Explanation[];
}

/** All that `sluice test` found. */
export interface TestRun {
  readonly told: readonly ToldJudgement[];
  /** What is wrong with the files of expectations; what they say there is not among the judgements. */
  readonly problems: readonly Problem[];
  readonly outside: Outside;
  /** Where real packets were asked, and how many connections were tried, of how many. */
  readonly lab?: { readonly name: string; readonly tried: number; readonly left: number };
  /** Whether expectations that depend on something not known count as passed. */
  readonly acceptsDepends: boolean;
  /** What of the policies the expectations exercise, when asked for. */
  readonly coverage: Coverage | undefined;
  /** Which changes to the policies they notice, when asked for. */
  readonly mutation: Mutation | undefined;
}

/** How many expectations ended how. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly depends: number;
  readonly broken: number;
}

export function countsOf({ told, problems }: TestRun): TestCounts {
  const count = (state: Judgement['state']): number =>
    told.filter(({ judgement }) => judgement.state === state).length;
  const unread = problems.filter(({ severity }) => severity === 'error').length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    depends: count('depends'),
    broken: count('broken') + unread,
  };
}

/** Whether an expectation counts as met. */
export function isMet({ state }: Judgement, { acceptsDepends }: TestRun): boolean {
  return state === 'passed' || (state === 'depends' && acceptsDepends);
}
