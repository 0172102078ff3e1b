import type { Reachability } from '../../evaluate/map/reachability.ts';
import type { Problem } from '../../model/problem.ts';
import type { Expectation } from '../file/expectation.ts';
import { demandsOf } from '../who/demands.ts';
import type { Directory } from '../who/directory.ts';
import { namesNothing } from '../who/names-nothing.ts';
import { Hearing, MOST_FAULTS } from './hearing.ts';
import type { Judgement } from './judgement.ts';
import { RowView } from './row-view.ts';

/**
 * Holds expectations against a cluster, all pairs of each, class by class in one pass over the rows that
 * matter. The judgements are in the order of the expectations.
 */
export function judge(
  expectations: readonly Expectation[],
  reachability: Reachability,
  directory: Directory,
): Judgement[] {
  const trials = expectations.map((expectation) => new Trial(expectation, reachability, directory));
  judgeRows(
    reachability,
    trials.flatMap((trial) => trial.hearings),
  );
  return trials.map((trial) => trial.end());
}

/** Shows every hearing the rows of its sources. */
function judgeRows(reachability: Reachability, hearings: readonly Hearing[]): void {
  const bySource = new Map<number, Hearing[]>();
  for (const hearing of hearings) {
    for (const source of hearing.demand.from.keys()) {
      const own = bySource.get(source);
      if (own === undefined) bySource.set(source, [hearing]);
      else own.push(hearing);
    }
  }
  if (bySource.size === 0) return;
  const view = new RowView(reachability);
  reachability.forEachDifference(
    (row) => {
      view.begin(row);
      for (const hearing of bySource.get(row.source) ?? []) hearing.hear(view);
    },
    (source) => bySource.has(source),
  );
}

class Trial {
  readonly hearings: readonly Hearing[];
  readonly #expectation: Expectation;
  readonly #problems: Problem[] = [];

  constructor(expectation: Expectation, reachability: Reachability, directory: Directory) {
    this.#expectation = expectation;
    const demands = demandsOf(expectation, directory, this.#problems) ?? [];
    this.hearings = demands.map((demand) => new Hearing(demand, reachability));
  }

  end(): Judgement {
    const expectation = this.#expectation;
    for (const hearing of this.hearings) hearing.close();
    const sum = (of: (hearing: Hearing) => number): number =>
      this.hearings.reduce((total, hearing) => total + of(hearing), 0);
    const pairs = sum((hearing) => hearing.pairs);
    if (pairs === 0 && this.#problems.length === 0) {
      const message =
        'no connection is meant by this: policies say nothing between addresses outside, and a pod always reaches itself';
      this.#problems.push(namesNothing(expectation, message));
    }
    const faults = this.hearings.flatMap((hearing) => hearing.faults);
    faults.sort((a, b) => Number(a.answer === 'depends') - Number(b.answer === 'depends'));
    const isSure = faults[0] !== undefined && faults[0].answer !== 'depends';
    const broken = this.#problems.length > 0;
    return {
      expectation,
      demands: this.hearings.map(({ demand }) => demand),
      state: broken ? 'broken' : isSure ? 'failed' : faults.length > 0 ? 'depends' : 'passed',
      pairs,
      faulty: sum((hearing) => hearing.faulty),
      faults: faults.slice(0, MOST_FAULTS),
      problems: this.#problems,
    };
  }
}
