import type { Family } from '../model/address.ts';
import type { Endpoint } from '../evaluate/endpoint.ts';
import type { Reachability, Row } from '../evaluate/reachability.ts';
import type { Problem } from '../model/problem.ts';
import { demandsOf } from './demands.ts';
import type { Directory } from './directory.ts';
import type { Expectation } from './expectation.ts';
import type { Fault, Judgement } from './judgement.ts';
import { meeting } from './meeting.ts';
import type { Meeting } from './meeting.ts';
import { Measure } from './measure.ts';
import type { Finding } from './measure.ts';
import { namesNothing } from './names-nothing.ts';
import type { Demand } from './target.ts';

/** How many faults of an expectation are kept. */
const MOST_FAULTS = 20;

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
  reachability.forEachRow(
    (row) => {
      for (const hearing of bySource.get(row.source) ?? []) hearing.hear(row);
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

/** What one demand hears of the rows. */
class Hearing {
  readonly demand: Demand;
  readonly faults: Fault[] = [];
  pairs = 0;
  faulty = 0;
  readonly #reachability: Reachability;
  readonly #measure: Measure;
  /** By class of pods: what is wrong with its connections to or from the outside, by family. */
  readonly #byFamily = new Map<number, Map<Family, Outside>>();

  constructor(demand: Demand, reachability: Reachability) {
    this.demand = demand;
    this.#reachability = reachability;
    this.#measure = new Measure(demand, reachability);
  }

  hear({ source, pods, others }: Row): void {
    const { subjects } = this.#reachability.population;
    const sources = this.demand.from.get(source)!;
    const isOutside = familyOf(sources[0]!) !== undefined;
    for (const [index, destinations] of this.demand.to) {
      const isPod = index < subjects;
      // nearly all of many pairs are two classes of pods between which nothing is wrong
      if (isPod && index !== source && !isOutside && this.#measure.isFine(pods[index]!)) {
        this.pairs += sources.length * destinations.length;
        continue;
      }
      const { from, to, pairs } = meeting(sources, destinations, source === index);
      if (pairs === 0) continue;
      const reach = isPod ? pods[index]! : others[index - subjects]!;
      const finding =
        source >= subjects && index >= subjects
          ? this.#measure.exempt(from[0]!, to[0]!)
          : this.#measure.of(reach);
      this.pairs += pairs;
      const outside = familyOf(from[0]!) ?? familyOf(to[0]!);
      if (this.demand.kind === 'allow' && outside !== undefined) {
        const pod = familyOf(from[0]!) === undefined ? source : index;
        this.#note(pod, outside, finding, { from, to, pairs });
      } else if (finding !== undefined) this.#add(finding, { from, to, pairs });
    }
  }

  /** Families are alternatives (D1): it is enough that all of one family is as it should be. */
  close(): void {
    for (const families of this.#byFamily.values()) {
      const [best] = [...families.values()].sort((a, b) => a.worst - b.worst);
      for (const { finding, meeting } of best!.findings) this.#add(finding, meeting);
    }
    this.#byFamily.clear();
  }

  #note(pod: number, family: Family, finding: Finding | undefined, meeting: Meeting): void {
    let families = this.#byFamily.get(pod);
    if (families === undefined) this.#byFamily.set(pod, (families = new Map()));
    let outside = families.get(family);
    if (outside === undefined) families.set(family, (outside = { worst: 0, findings: [] }));
    if (finding === undefined) return;
    outside.worst = Math.max(outside.worst, finding.answer === 'depends' ? 1 : 2);
    outside.findings.push({ finding, meeting });
  }

  #add(finding: Finding, { from, to, pairs }: Meeting): void {
    this.faulty += pairs;
    const fault = { demand: this.demand, from, to, ...finding };
    if (this.faults.length < MOST_FAULTS) this.faults.push(fault);
    else if (finding.answer !== 'depends' && this.faults[0]!.answer === 'depends')
      this.faults[0] = fault;
  }
}

/** What is wrong with one family's part of the outside: 0 nothing, 1 it depends, 2 it is wrong. */
interface Outside {
  worst: number;
  readonly findings: { readonly finding: Finding; readonly meeting: Meeting }[];
}

function familyOf(endpoint: Endpoint): Family | undefined {
  return endpoint.kind === 'addresses' ? endpoint.family : undefined;
}
