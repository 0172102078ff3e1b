import { withNames } from '../evaluate/difference/names.ts';
import { Reachability } from '../evaluate/map/reachability.ts';
import { coverageOf } from '../expect/coverage/coverage.ts';
import type { Expectation } from '../expect/file/expectation.ts';
import { namesAsked } from '../expect/file/names-asked.ts';
import { expectationsAmong, readExpectations } from '../expect/file/read-expectations.ts';
import type { ReadExpectations } from '../expect/file/read-expectations.ts';
import { judge } from '../expect/judgement/judge.ts';
import { mutate, scoreOf } from '../expect/mutation/mutation.ts';
import type { Mutation } from '../expect/mutation/mutation.ts';
import { Directory } from '../expect/who/directory.ts';
import type { Source } from '../model/place.ts';
import { countsOf } from '../report/test/run.ts';
import type { TestRun } from '../report/test/run.ts';
import { testReport } from '../report/test/test.ts';
import type { TestFormat } from '../report/test/test.ts';
import type { Console } from './console.ts';
import { EXIT, UsageError } from './exit.ts';
import { loadInput, readLoaded, reportProblems, usesColour } from './input.ts';
import type { InputOptions } from './input.ts';
import { Progress, writeOut } from './output.ts';
import { explainFaults, outsideOf } from './test-faults.ts';

export interface TestOptions extends InputOptions {
  readonly output: TestFormat;
  readonly acceptDepends: boolean;
  readonly coverage: boolean;
  readonly mutate: boolean;
  readonly limit: string;
  readonly seed: string;
  readonly minScore?: string;
  readonly lab?: string | true;
}

/**
 * `sluice test`: exit 0 when all expectations hold, 1 when any does not or too few changes are noticed, 3
 * when one cannot be checked or problems hide part of the cluster.
 */
export async function test(
  files: readonly string[],
  options: TestOptions,
  console: Console,
): Promise<number> {
  if (options.lab !== undefined) return testPackets(files, options, options.lab, console);
  if (files.includes('-') && options.file.includes('-'))
    throw new UsageError('`-` stands for the cluster and for the expectations; one must be a file');
  const minScore = minScoreOf(options);
  const progress = new Progress(console, 'changes');
  const changes = options.mutate
    ? { ...mutationOptions(options), onMutant: progress.update }
    : undefined;
  const loaded = await loadInput(options.file, options, console);
  const cluster = readLoaded(loaded, options);
  const read = await expectationsOf(files, loaded.sources, console);
  const reachability = new Reachability(withNames(cluster, namesAsked(read.expectations)));
  const directory = new Directory(cluster, reachability.population);
  const judgements = judge(read.expectations, reachability, directory);
  const outside = outsideOf(reachability);
  const demands = judgements.flatMap((judgement) => judgement.demands);
  const held = judgements.filter(({ state }) => state === 'passed');
  const run: TestRun = {
    told: judgements.map((judgement) => ({
      judgement,
      explanations: explainFaults(cluster, judgement, outside),
    })),
    problems: read.problems,
    outside,
    acceptsDepends: options.acceptDepends,
    coverage: options.coverage ? coverageOf(cluster, reachability, demands) : undefined,
    mutation: changes && mutate(held, reachability, directory, changes),
  };
  progress.end();
  const code = await tell(run, options, console);
  const isLow = run.mutation !== undefined && isBelow(run.mutation, minScore, console);
  return reportProblems(cluster, console, isLow && code === EXIT.yes ? EXIT.no : code);
}

/** The same by real packets: of the engine's predictions nothing is believed. */
async function testPackets(
  files: readonly string[],
  options: TestOptions,
  name: string | true,
  console: Console,
): Promise<number> {
  if (options.file.length > 0)
    throw new UsageError(
      '--lab has its sources from the lab; leave -f out, or `sluice lab apply` it',
    );
  if (options.coverage || options.mutate)
    throw new UsageError('--coverage and --mutate ask the engine, not packets; leave --lab out');
  const { findTestedLab, testInLab } = await import('./test-lab.ts');
  const lab = findTestedLab(name, console);
  const read = await expectationsOf(files, lab.sources, console);
  return tell(await testInLab(lab, read, console), options, console);
}

/** Prints what was found, and says how it went. */
async function tell(run: TestRun, { output }: TestOptions, console: Console): Promise<number> {
  await writeOut(testReport(run, output, usesColour(console, console.stdout)), console);
  const { failed, depends, broken } = countsOf(run);
  if (broken > 0) return EXIT.problems;
  return failed > 0 || (depends > 0 && !run.acceptsDepends) ? EXIT.no : EXIT.yes;
}

function mutationOptions({ limit, seed }: TestOptions): { limit: number; seed: number } {
  const number = (option: string, text: string): number => {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new UsageError(`--${option}: \`${text}\` is not a whole number`);
  };
  return { limit: number('limit', limit), seed: number('seed', seed) };
}

/** The percentage of changes that must be noticed; 0 when none is asked for. */
function minScoreOf({ minScore, mutate: isAsked }: TestOptions): number {
  if (minScore === undefined) return 0;
  if (!isAsked) throw new UsageError('--min-score is about the changes of --mutate; add --mutate');
  if (/^\d{1,3}(\.\d{1,9})?$/.test(minScore) && Number(minScore) <= 100) return Number(minScore);
  throw new UsageError(`--min-score: \`${minScore}\` is not a percentage from 0 to 100`);
}

/** Whether fewer of the changes are noticed than must be, which is said. */
function isBelow(mutation: Mutation, minScore: number, { stderr }: Console): boolean {
  const { noticed, survivors } = mutation;
  if (scoreOf(mutation) * 100 >= minScore) return false;
  const all = noticed + survivors.length;
  stderr.write(
    `--min-score: ${noticed} of ${all} changes are noticed, fewer than ${minScore} %; add expectations, like those proposed\n`,
  );
  return true;
}

/** What the files expect, or the sources themselves when no file is named. */
async function expectationsOf(
  files: readonly string[],
  sources: readonly Source[],
  console: Console,
): Promise<ReadExpectations> {
  const own = files.length === 0 ? sources : (await loadInput(files, {}, console)).sources;
  const read = own.map(files.length === 0 ? expectationsAmong : readExpectations);
  const expectations: Expectation[] = read.flatMap((one) => one.expectations);
  const problems = read.flatMap((one) => one.problems);
  if (expectations.length === 0 && problems.length === 0) {
    throw new UsageError(
      files.length > 0
        ? `nothing is expected in ${files.map((file) => `\`${file}\``).join(', ')}`
        : 'there are no expectations among the sources; name a file of them, or give a document of yours `apiVersion: sluice.dev/v1` and `kind: Expectations`',
    );
  }
  return { expectations, problems };
}
