import type { Place, Source } from '../model/place.ts';
import type { Problem } from '../model/problem.ts';
import type { Outcome } from './program.ts';
import { runProgram } from './program.ts';

/** What came of rendering a chart or a kustomization. */
export type Rendering =
  | {
      readonly kind: 'rendered';
      readonly sources: readonly Source[];
      readonly problems: readonly Problem[];
    }
  /** No program that could do it is installed; the message says what to do. */
  | { readonly kind: 'missing'; readonly message: string }
  /** The chart or the kustomization is at fault. */
  | { readonly kind: 'failed'; readonly message: string; readonly place: Place };

/** A program that renders, and the words it is given. */
export interface Call {
  readonly program: string;
  readonly args: readonly string[];
}

/** Runs the first of several programs that is installed, and says which that was. */
export async function runFirst(
  calls: readonly Call[],
): Promise<{ readonly call: Call; readonly outcome: Outcome }> {
  let tried: { call: Call; outcome: Outcome } | undefined;
  for (const call of calls) {
    tried = { call, outcome: await runProgram(call.program, call.args) };
    if (tried.outcome.kind !== 'missing') break;
  }
  return tried!;
}
