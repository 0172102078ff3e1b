import { Reachability } from '../evaluate/map/reachability.ts';
import type { ReadExpectations } from '../expect/file/read-expectations.ts';
import { judge } from '../expect/judgement/judge.ts';
import type { Fault, Judgement } from '../expect/judgement/judgement.ts';
import { Directory } from '../expect/who/directory.ts';
import { NobodyServes, askLab } from '../lab/control/client.ts';
import type { LabFolder } from '../lab/process/folder.ts';
import { readLab } from '../lab/process/input.ts';
import { attemptOf } from '../lab/questions/question.ts';
import type { Outcome } from '../lab/sockets/attempt.ts';
import { FAMILIES, formatAddress } from '../model/address.ts';
import type { Family } from '../model/address.ts';
import { Source } from '../model/place.ts';
import { NO_PORTS, portRange } from '../model/port-set.ts';
import type { PortSet } from '../model/port-set.ts';
import type { TestRun } from '../report/test/run.ts';
import { portName } from '../report/words/miss-words.ts';
import type { Console } from './console.ts';
import { UsageError } from './exit.ts';
import { findState } from './lab-find.ts';
import { Trials } from './lab-trials.ts';
import type { Trial } from './lab-trials.ts';
import { Progress } from './output.ts';
import { explainFaults, outsideOf } from './test-faults.ts';

/** How many connections of one expectation are tried at most, evenly chosen. */
const MOST_EACH = 2000;
/** How many connections one request tries. */
const AT_ONCE = 10_000;
const MOST_FAULTS = 20;
const PATIENCE_MS = 1000;

/** What a lab is, and what its sources say. */
export interface TestedLab {
  readonly folder: LabFolder;
  readonly sources: readonly Source[];
}

/** The lab that is named, or the only one. */
export function findTestedLab(name: string | true, console: Console): TestedLab {
  const { lab } = findState(name === true ? {} : { name }, console);
  const input = lab.input();
  if (input === undefined) throw new UsageError(`lab \`${lab.name}\` did not come up`);
  const sources = input.sources.map(({ file, text }) => new Source(file, text));
  return { folder: lab, sources };
}

/** Holds expectations against the packets of a lab: each connection they are about is really tried. */
export async function testInLab(
  { folder }: TestedLab,
  { expectations, problems }: ReadExpectations,
  console: Console,
): Promise<TestRun> {
  const input = folder.input()!;
  const lab = readLab(input);
  const reachability = new Reachability(lab.cluster);
  const directory = new Directory(lab.cluster, reachability.population);
  const judgements = judge(expectations, reachability, directory);
  const trials = new Trials(lab, reachability.population);
  const plans = judgements.map((judgement) => planOf(judgement, trials));
  const outcomes = await tryAll(
    folder,
    plans.flatMap((plan) => plan.chosen),
    console,
  );
  if (JSON.stringify(folder.input()) !== JSON.stringify(input))
    throw new NobodyServes('the lab was changed while it was tested; test it again');
  const outside = outsideOf(reachability);
  const told = judgements.map((judgement, i) => {
    const seen = judgedBy(judgement, plans[i]!.chosen, outcomes);
    return { judgement: seen, explanations: explainFaults(lab.cluster, seen, outside) };
  });
  const left = plans.reduce((sum, { left: own }) => sum + own, 0);
  return {
    told,
    problems,
    outside,
    lab: { name: folder.name, tried: outcomes.size, left },
    acceptsDepends: false,
    coverage: undefined,
    mutation: undefined,
  };
}

interface Plan {
  readonly chosen: readonly Trial[];
  readonly left: number;
}

function planOf({ demands }: Judgement, trials: Trials): Plan {
  const all = demands.flatMap((demand) => [...trials.of(demand)]);
  const step = Math.ceil(all.length / MOST_EACH);
  const chosen = step <= 1 ? all : all.filter((_, i) => i % step === 0);
  return { chosen, left: all.length - chosen.length };
}

async function tryAll(
  folder: LabFolder,
  trials: readonly Trial[],
  console: Console,
): Promise<Map<Trial, Outcome>> {
  const progress = new Progress(console, 'connections');
  const outcomes = new Map<Trial, Outcome>();
  for (let i = 0; i < trials.length; i += AT_ONCE) {
    const some = trials.slice(i, i + AT_ONCE);
    const attempts = some.map(({ question }) => attemptOf(question));
    const patienceMs = PATIENCE_MS;
    const answers = await askLab(folder.socket, { kind: 'probe', attempts, patienceMs });
    for (const [k, trial] of some.entries()) outcomes.set(trial, answers[k]!);
    progress.update(outcomes.size, trials.length);
  }
  progress.end();
  return outcomes;
}

/** The judgement that the packets give. */
function judgedBy(
  judgement: Judgement,
  trials: readonly Trial[],
  outcomes: ReadonlyMap<Trial, Outcome>,
): Judgement {
  if (judgement.state === 'broken') return judgement;
  const wrong = faulty(judgement, trials, outcomes);
  const faults = wrong.slice(0, MOST_FAULTS).map((trial) => faultOf(trial, outcomes.get(trial)!));
  const counts = { pairs: trials.length, faulty: wrong.length, faults };
  if (trials.length > 0) {
    return { ...judgement, ...counts, state: wrong.length > 0 ? 'failed' : 'passed' };
  }
  const message = 'no connection of this can be tried in a lab';
  const { place } = judgement.expectation;
  const problem = { code: 'names-nothing', severity: 'error' as const, message, place };
  return { ...judgement, ...counts, state: 'broken', problems: [problem] };
}

/** Whoever must not be reached may not be reached at all; whoever must, over one family at least. */
function faulty(
  { expectation }: Judgement,
  trials: readonly Trial[],
  outcomes: ReadonlyMap<Trial, Outcome>,
): Trial[] {
  const reached = (trial: Trial): boolean => outcomes.get(trial)!.reached;
  if (expectation.kind === 'deny') return trials.filter(reached);
  const byKey = new Map<string, Trial[]>();
  for (const trial of trials) {
    const own = byKey.get(trial.key);
    if (own === undefined) byKey.set(trial.key, [trial]);
    else own.push(trial);
  }
  return [...byKey.values()].flatMap((alike) => {
    const ofFamily = (family: Family): Trial[] =>
      alike.filter(({ question }) => question.address.family === family);
    const isReached = (own: readonly Trial[]): boolean => own.length > 0 && own.every(reached);
    if (FAMILIES.some((family) => isReached(ofFamily(family)))) return [];
    return alike.filter((trial) => !reached(trial));
  });
}

function faultOf({ demand, from, to, question }: Trial, { reached, by, error }: Outcome): Fault {
  const { protocol, number } = question.port;
  const ports: PortSet =
    protocol === 'other' ? { ...NO_PORTS, other: true } : portRange(protocol, number, number);
  const what = reached
    ? by === undefined
      ? 'the packet passed'
      : `\`${by}\` answered`
    : error === undefined || error === 'silent'
      ? 'no answer came'
      : `no answer came (${error})`;
  const target = `${question.to} (${formatAddress(question.address)})`;
  const observed = `${question.from.id} → ${target}, ${portName(question.port)}: ${what}`;
  const answer = reached ? 'allowed' : 'denied';
  return { demand, from: [from], to: [to], ports, answer, unknowns: [], observed };
}
