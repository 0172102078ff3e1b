import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '../../src/lab/sockets/attempt.ts';
import { formatQuestion } from '../conformance/implementation.ts';
import type { World } from '../conformance/implementation.ts';
import { clusterOf } from '../conformance/manifests.ts';
import { caseFileOf } from '../generators/counterexample.ts';
import type { Arena, Way } from './arena.ts';
import { attemptsOf } from './attempts.ts';
import type { Asked } from './attempts.ts';
import { allowedBefore } from './before.ts';
import { concreteWorld } from './concrete.ts';
import type { ConcreteWorld } from './concrete.ts';
import { NODE_ADDRESSES } from './slots.ts';
import { traceAttempt } from './trace.ts';

/** What was tried of one cluster, and what came of it. */
export interface Played {
  readonly attempts: number;
  readonly reached: number;
  /** Attempts whose first answer was not the one that was said, and not repeated, one line each. */
  readonly wavered: readonly string[];
  /** How often each protocol was asked. */
  readonly protocols: Readonly<Record<string, number>>;
}

/** Where the cluster stands in its run, for whoever repeats it. */
export interface Turn {
  readonly title: string;
  readonly way: Way;
  /** Whether what is left of the change before is swept before packets are sent, or while they are. */
  readonly swept: boolean;
}

/** How long an answer that should come is waited for in the end. */
const PATIENCE_MS = 1000;
const WIDTH = 4000;

/**
 * Plays one generated cluster and compares every packet with what spec and engine say. Throws when one
 * differs and goes on differing, and writes down the cluster, the question and the packet's way.
 */
export async function play(arena: Arena, world: World, turn: Turn): Promise<Played> {
  const concrete = concreteWorld(world);
  const asked = attemptsOf(concrete);
  const wasAllowed = allowedBefore(arena.last);
  const sweep = await arena.play(clusterOf(concrete.world), concrete.players, turn.way);
  arena.last = concrete;
  if (turn.swept) await sweep();
  // what is new may come with the sweep (L3); all else holds at once
  const isNew = (one: Asked): boolean => one.attempt.predicted === 'allowed' && !wasAllowed(one);
  const late = turn.swept ? [] : asked.filter(isNew);
  const wavered = await compare(arena, without(asked, late), concrete, turn);
  await sweep();
  wavered.push(...(await compare(arena, late, concrete, turn)));
  const protocols: Record<string, number> = {};
  for (const { question } of asked) {
    protocols[question.protocol] = (protocols[question.protocol] ?? 0) + 1;
  }
  return {
    attempts: asked.length,
    reached: asked.filter(({ attempt }) => attempt.predicted === 'allowed').length,
    wavered,
    protocols,
  };
}

function without<T>(all: readonly T[], some: readonly T[]): T[] {
  const left = new Set(some);
  return all.filter((one) => !left.has(one));
}

/** Tries everything; returns what was not so at first, and throws for what stays different. */
async function compare(
  arena: Arena,
  asked: readonly Asked[],
  concrete: ConcreteWorld,
  turn: Turn,
): Promise<string[]> {
  let outcomes = await probe(arena, asked);
  let wrong = wrongOf(asked, outcomes);
  const wavered = asked
    .filter((one, i) => outcomes[i]!.wavered === true || wrong.includes(one))
    .map(({ question, family, attempt }) => {
      const first = attempt.predicted === 'allowed' ? 'was lost' : 'passed';
      return `${turn.title}: ${formatQuestion(question)} over IPv${family} ${first} at first`;
    });
  // a real disagreement repeats
  for (let again = 0; again < 2 && wrong.length > 0; again++) {
    const doubtful = wrong;
    outcomes = await probe(arena, doubtful);
    wrong = wrongOf(doubtful, outcomes);
  }
  if (wrong.length > 0) throw new Error(await report(arena, concrete, turn, wrong, outcomes));
  return wavered;
}

function probe(arena: Arena, asked: readonly Asked[]): Promise<Outcome[]> {
  const attempts = asked.map(({ attempt }) => attempt);
  return arena.traffic.probe(attempts, { patienceMs: PATIENCE_MS, width: WIDTH });
}

function wrongOf(asked: readonly Asked[], outcomes: readonly Outcome[]): Asked[] {
  return asked.filter(({ attempt, by }, i) => {
    const outcome = outcomes[i]!;
    const answeredByAnother = outcome.by !== undefined && outcome.by !== by;
    return outcome.reached !== (attempt.predicted === 'allowed') || answeredByAnother;
  });
}

async function report(
  arena: Arena,
  concrete: ConcreteWorld,
  { title, way, swept }: Turn,
  wrong: readonly Asked[],
  outcomes: readonly Outcome[],
): Promise<string> {
  const [{ question, attempt, family, source }] = wrong as [Asked];
  const nodes = new Map([...NODE_ADDRESSES.keys()].map((n) => [n, arena.network.nodePath(n)]));
  const path = await traceAttempt(arena.traffic, attempt, source, nodes);
  // is it the change that went wrong, or the rules as such?
  const sweep = await arena.play(clusterOf(concrete.world), concrete.players, 'load into nothing');
  await sweep();
  const fresh = wrongOf(wrong, await probe(arena, wrong)).length;
  const folder = join(tmpdir(), 'sluice-differences');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${title.replaceAll(/[^a-z0-9]+/gi, '-')}.yaml`);
  const text = caseFileOf(
    concrete.ofFamily[family],
    question,
    attempt.predicted as 'allowed',
    `packets differ: ${title}`,
  );
  writeFileSync(file, `${text}\n${path.replaceAll(/^/gm, '# ')}\n`);
  return [
    `${title} (by ${way}, ${swept ? 'swept' : 'not swept'}): ${wrong.length} of all packets differ`,
    ...wrong.slice(0, 10).map((one, i) => {
      const { reached, by, error } = outcomes[i]!;
      const told = reached ? `passes to ${by ?? error ?? 'someone'}` : `is ${error}`;
      return `${formatQuestion(one.question)} over IPv${one.family} should be ${one.attempt.predicted}, and ${told}`;
    }),
    `after a full load ${fresh} of them still differ`,
    `written to ${file}, with the packet's path`,
  ].join('\n');
}
