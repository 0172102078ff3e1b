import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { inNamespace } from '../../kernel/host/namespace.ts';
import type { Attempt, Outcome, ProbeOptions, Stand } from '../sockets/attempt.ts';
import { Dial } from './probe-dial.ts';
import type { DialContext } from './probe-dial.ts';

const WIDTH = 1000;
/** How many attempts are started before answers are looked at. */
const BATCH = 50;
const MOST_TURNS = 50;
/** Nothing new for so long, and what has not answered is taken for silent: answers need well under 5 ms. */
const QUIET_MS = 30;
/** The last, careful round: few at once, each for as long as allowed. */
const CAREFUL_WIDTH = 100;

/** What a probe needs of the traffic it is part of. */
export interface ProbeContext extends DialContext {
  stand(id: string): Stand;
}

/**
 * Tries all attempts and tells what came of each. Silence is known by waiting, which a busy machine can
 * make lie; so the silent ones that should have answered are asked up to twice more, the last time for all
 * of `patienceMs`, and the answered ones that should be silent once more.
 */
export async function probe(
  context: ProbeContext,
  attempts: readonly Attempt[],
  { patienceMs, width = WIDTH }: ProbeOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const round = (indices: readonly number[], quietMs: number, wide: number): Promise<void> =>
    ask(
      context,
      attempts,
      indices,
      { quietMs: Math.min(quietMs, patienceMs), patienceMs, width: wide },
      outcomes,
    );
  const all = [...attempts.keys()];
  await round(all, QUIET_MS, width);
  const doubtful = all.filter((i) => isDoubtful(attempts[i]!, outcomes[i]!));
  await round(doubtful, 2 * QUIET_MS, width);
  const lost = all.filter((i) => isLost(attempts[i]!, outcomes[i]!));
  await round(lost, patienceMs, Math.min(width, CAREFUL_WIDTH));
  return outcomes;
}

function isDoubtful({ predicted }: Attempt, { reached }: Outcome): boolean {
  return reached ? predicted === 'denied' : predicted !== 'denied';
}

function isLost({ predicted }: Attempt, { reached }: Outcome): boolean {
  return !reached && predicted === 'allowed';
}

interface Pace {
  readonly quietMs: number;
  readonly patienceMs: number;
  readonly width: number;
}

/** Asks once, in waves of `width`: a wave ends when all have answered or nothing new arrives. */
async function ask(
  context: ProbeContext,
  attempts: readonly Attempt[],
  indices: readonly number[],
  { quietMs, patienceMs, width }: Pace,
  outcomes: Outcome[],
): Promise<void> {
  const pending = new Set<Dial>();
  let lastNews = performance.now();
  const finish = (dial: Dial, index: number, outcome: Outcome): void => {
    pending.delete(dial);
    const before = outcomes[index];
    const wavered = before?.wavered === true || (before && before.reached !== outcome.reached);
    outcomes[index] = wavered === true ? { ...outcome, wavered } : outcome;
    lastNews = performance.now();
  };
  for (let next = 0; next < indices.length || pending.size > 0;) {
    const room = Math.min(BATCH, indices.length - next, width - pending.size);
    for (const end = next + Math.max(room, 0); next < end;) next = start(next, end);
    // an answer takes a few turns, from listener to dial; others that keep coming may not hold this up
    for (let turns = 0; turns < MOST_TURNS && context.poller.poll() > 0; turns++);
    const now = performance.now();
    for (const dial of pending) {
      if (now - dial.since >= patienceMs) dial.giveUp();
      // dials are in the order they began: the rest are younger
      else break;
    }
    const full = next >= indices.length || pending.size >= width;
    if (full && now - lastNews >= quietMs) for (const dial of pending) dial.giveUp();
    if (next < indices.length || pending.size > 0) await (full ? sleep(1) : nextTurn());
  }

  /** Starts the attempts from `first` on that have one source, up to `end`; returns the next one. */
  function start(first: number, end: number): number {
    const stand = context.stand(attempts[indices[first]!]!.from);
    return inNamespace(stand.netns, () => {
      let at = first;
      for (; at < end; at++) {
        const index = indices[at]!;
        const attempt = attempts[index]!;
        if (attempt.from !== stand.id) break;
        const dial: Dial = new Dial(context, attempt, (outcome) => finish(dial, index, outcome));
        lastNews = performance.now();
        if (dial.begin()) pending.add(dial);
      }
      return at;
    });
  }
}
