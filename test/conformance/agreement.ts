import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { endpoints } from '../../spec/spec.ts';
import { caseFileOf } from '../generators/counterexample.ts';
import { minimise } from '../generators/minimal.ts';
import { questionsOf } from '../generators/questions.ts';
import { judgeIn as askIn } from './ask.ts';
import { EndIndex } from './ends.ts';
import { judgeIn as evaluateIn } from './evaluate.ts';
import { formatQuestion } from './implementation.ts';
import type { Judge, Judgement, Question, World } from './implementation.ts';
import { clusterOf, hasClusterPolicies } from './manifests.ts';
import { PACKET, judgeIn as packetIn } from './packet.ts';
import { judgeIn as reachabilityIn } from './reachability.ts';
import { WITHOUT_TIERS } from './skips.ts';
import { SPEC } from './spec.ts';

/** How long to look, and from where. */
export interface Search {
  readonly seed: number;
  /** How many questions, at least, all implementations are asked. */
  readonly pairs: number;
  /** How many ports each pair of ends is asked about. */
  readonly perPair: number;
}

/** What was compared: a question counts once, whoever spoke of it. */
export interface Tally {
  readonly worlds: number;
  readonly pairs: number;
  /** How many of them were about worlds with policies of the tiers around NetworkPolicy. */
  readonly tiered: number;
  /** How many of them the map spoke of. */
  readonly mapped: number;
  /** How many questions, of the same worlds with all addresses known, packets answered as well. */
  readonly sent: number;
  readonly answers: Readonly<Record<string, number>>;
}

/** How many worlds are generated at a time. */
const BATCH = 20;

/** Packets are sent in one world out of so many: compiling and walking takes longer than asking. */
const SENT_IN = 3;

/**
 * Compares all implementations on generated worlds until `pairs` questions have been asked; packets in
 * some of the worlds, completed with addresses. Throws at the first disagreement, with the smallest world that still shows it as a case file.
 */
export function compareAll(worlds: Arbitrary<World>, { seed, pairs, perPair }: Search): Tally {
  const answers: Record<string, number> = {};
  const tally = { worlds: 0, pairs: 0, tiered: 0, mapped: 0, sent: 0, answers };
  for (let batch = 0; tally.pairs < pairs; batch++) {
    for (const world of fc.sample(worlds, { seed: seed + batch, numRuns: BATCH })) {
      const judges = ALL.judgesOf(world);
      const strangers = differentNames(world);
      if (strangers.length > 0) throw new Error(reportNames(world, strangers, seed + batch));
      const questions = questionsOf(world, perPair);
      const isTiered = hasClusterPolicies(world);
      if (tally.worlds % SENT_IN === 0)
        tally.sent += comparePackets(world, questions, seed + batch);
      for (const question of questions) {
        const all = askAll(judges, question);
        const found = disagreement(all);
        if (found !== undefined) {
          throw new Error(report(ALL, world, question, found, seed + batch));
        }
        tally.pairs++;
        if (isTiered) tally.tiered++;
        if (all.some((one) => one.name === 'reachability' && one.judgement !== undefined))
          tally.mapped++;
        const { answer } = all[0]!.judgement!;
        answers[answer] = (answers[answer] ?? 0) + 1;
      }
      tally.worlds++;
    }
  }
  return tally;
}

/** Compares what packets meet with what spec and `evaluate` say; how many of the questions they answer. */
function comparePackets(world: World, questions: readonly Question[], seed: number): number {
  const seen = PACKETS.seen(world);
  const judges = PACKETS.judgesOf(seen);
  let sent = 0;
  for (const question of questions) {
    const all = askAll(judges, question);
    const found = disagreement(all);
    if (found !== undefined) throw new Error(report(PACKETS, seen, question, found, seed));
    if (all.some((one) => one.name === 'packet' && one.judgement !== undefined)) sent++;
  }
  return sent;
}

/** Whom only one of spec and engine knows: pods, workloads and nodes by their long names. */
function differentNames(world: World): string[] {
  const [spec, engine] = [new Set(endpoints(world)), new Set(new EndIndex(clusterOf(world)).ids())];
  return [...spec, ...engine].filter((name) => !spec.has(name) || !engine.has(name));
}

function reportNames(world: World, strangers: readonly string[], seed: number): string {
  const found = strangers.join();
  const smallest = minimise(world, (smaller) => {
    try {
      return differentNames(smaller).join() === found;
    } catch {
      return false;
    }
  });
  const [name = ''] = strangers;
  const question = { from: name, to: name, protocol: 'TCP', port: 80 } as const;
  const told = endpoints(smallest).includes(name) ? 'spec' : 'engine';
  return [
    `only the ${told} knows \`${found}\`, seed ${seed}`,
    caseFileOf(smallest, question, 'allowed', `found by comparing names, seed ${seed}`),
  ].join('\n\n');
}

/** An implementation with one world before it. */
interface NamedJudge {
  readonly name: string;
  readonly judge: Judge;
}

/** Who is asked, and about what instead of a world. */
interface Panel {
  readonly judgesOf: (world: World) => NamedJudge[];
  readonly seen: (world: World) => World;
}

/** Those who take a world as it is. */
const ALL: Panel = {
  seen: (world) => world,
  judgesOf: (world) => {
    const cluster = clusterOf(world);
    return knowing(world, [
      { name: 'spec', judge: SPEC.judgeOf(world) },
      { name: 'evaluate', judge: evaluateIn(cluster) },
      { name: 'reachability', judge: lazily(() => reachabilityIn(cluster)) },
      { name: 'ask', judge: askIn(cluster) },
    ]);
  },
};

/** Those who can be asked where every address is known. */
const PACKETS: Panel = {
  seen: PACKET.seen!,
  judgesOf: (world) => {
    const cluster = clusterOf(world);
    return knowing(world, [
      { name: 'spec', judge: SPEC.judgeOf(world) },
      { name: 'evaluate', judge: evaluateIn(cluster) },
      { name: 'packet', judge: lazily(() => packetIn(cluster)) },
    ]);
  },
};

/** Those who know all that the world has. */
function knowing(world: World, judges: readonly NamedJudge[]): NamedJudge[] {
  const isTiered = hasClusterPolicies(world);
  return judges.filter(({ name }) => !isTiered || WITHOUT_TIERS.every(({ of }) => of !== name));
}

/** A judge that is made with the first question: one that cannot be made answers wrongly. */
function lazily(make: () => Judge): Judge {
  let judge: Judge | undefined;
  return (question) => (judge ??= make())(question);
}

function askAll(judges: readonly NamedJudge[], question: Question): NamedJudgement[] {
  return judges.map(({ name, judge }) => ({ name, judgement: ask(judge, question) }));
}

interface NamedJudgement {
  readonly name: string;
  readonly judgement: Judgement | { readonly answer: string } | undefined;
}

/** An error is an answer too, and never the right one. */
function ask(judge: Judge, question: Question): NamedJudgement['judgement'] {
  try {
    return judge(question);
  } catch (error) {
    return { answer: `error: ${String(error)}` };
  }
}

/** One line for each implementation, when they differ; sides and tiers count where both know them. */
function disagreement(all: readonly NamedJudgement[]): string | undefined {
  const spoken = all.filter(({ judgement }) => judgement !== undefined);
  const answers = new Set(spoken.map(({ judgement }) => judgement!.answer));
  const sides = new Set(
    spoken.flatMap(({ judgement }) => ('egress' in judgement! ? [formatSides(judgement)] : [])),
  );
  if (answers.size === 1 && sides.size === 1 && ![...answers][0]!.startsWith('error')) return;
  return spoken.map(({ name, judgement }) => `${name}: ${JSON.stringify(judgement)}`).join('\n');
}

function formatSides({ egress, egressTier, ingress, ingressTier }: Judgement): string {
  return `egress ${egress} by ${egressTier}, ingress ${ingress} by ${ingressTier}`;
}

function report(
  { judgesOf, seen }: Panel,
  world: World,
  question: Question,
  found: string,
  seed: number,
): string {
  const wrong = codesOf(world);
  const kind = kindOf(found);
  const smallest = minimise(world, (smaller) => {
    if (!Array.isArray(smaller.objects)) return false;
    try {
      const told = disagreement(askAll(judgesOf(seen(smaller)), question));
      // a smaller world may not be wrong in new ways: it would show something else
      const isNew = [...codesOf(smaller)].some((code) => !wrong.has(code));
      return told !== undefined && kindOf(told) === kind && !isNew;
    } catch {
      return false;
    }
  });
  const shown = seen(smallest);
  const all = askAll(judgesOf(shown), question);
  const told = all[0]!.judgement!.answer;
  const answer = told === 'allowed' || told === 'denied' ? told : 'depends';
  const source = `found by comparing implementations on generated worlds, seed ${seed}`;
  return [
    `the implementations disagree on ${formatQuestion(question)}`,
    disagreement(all) ?? found,
    'The smallest world that shows it, as a case with the answer of the spec:',
    caseFileOf(shown, question, answer, source),
  ].join('\n\n');
}

/** A disagreement without how it came to it, which is another in every world. */
function kindOf(found: string): string {
  return found.replaceAll(/,"because":"[^"]*"|error: .*/g, '');
}

function codesOf(world: World): Set<string> {
  return new Set(clusterOf(world).problems.map(({ code, message }) => `${code} ${message}`));
}

/** The tally as one line of a test's output. */
export function formatTally(mood: string, seed: number, tally: Tally): string {
  const { worlds, pairs, tiered, mapped, sent, answers } = tally;
  const kinds = Object.entries(answers).map(([answer, count]) => `${count} ${answer}`);
  return `${mood}, seed ${seed}: ${pairs} questions of ${worlds} clusters agree (${tiered} with tiers, ${mapped} also with the map, ${sent} with packets): ${kinds.sort().join(', ')}`;
}
