import type { Asked } from '../question/ask.ts';
import type { Answer } from '../verdict/verdict.ts';
import type { Opening } from './openings.ts';
import type { Cause } from './way-in.ts';

/** An answer about a way in, or a part of one, and what it is owed to if it is not allowed. */
export interface WayAnswer {
  readonly answer: Answer;
  readonly cause: Cause | undefined;
}

export const OPEN: WayAnswer = { answer: 'allowed', cause: undefined };

export function closed(cause: Cause): WayAnswer {
  return { answer: 'denied', cause };
}

export function unsure(cause: Cause): WayAnswer {
  return { answer: 'depends', cause };
}

const RANK: Readonly<Record<Answer, number>> = { denied: 0, depends: 1, allowed: 2 };

/** The worse of two, for hops that follow each other; the first where they are equal. */
export function worse(a: WayAnswer, b: WayAnswer): WayAnswer {
  return RANK[b.answer] < RANK[a.answer] ? b : a;
}

/** The better of two, for ways beside each other; the first where they are equal. */
export function better(a: WayAnswer | undefined, b: WayAnswer): WayAnswer {
  return a === undefined || RANK[b.answer] > RANK[a.answer] ? b : a;
}

/** What becomes of the clients at an opening. */
export function answerOfOpening({ asked, admits }: Opening): WayAnswer {
  if (admits === 'none' && asked.parts.length > 0)
    return closed({ kind: 'source-ranges', some: false });
  const own = answerOf(asked);
  if (admits === 'all' || own.answer !== 'allowed') return own;
  return unsure({ kind: 'source-ranges', some: true });
}

/** What a question to the engine came to, as an answer about a way. */
export function answerOf({ answer, telling, parts, service }: Asked): WayAnswer {
  if (answer === 'allowed') return OPEN;
  if (telling === undefined) return closed({ kind: 'dead', dead: service?.dead ?? 'no-pods' });
  const { verdict } = telling;
  const answers = new Set(parts.map((part) => part.verdict.answer));
  if (answer === 'depends' && answers.size > 1) return unsure({ kind: 'some', part: telling });
  if (answer === 'denied') {
    if (verdict.families.length === 0) return closed({ kind: 'no-family', part: telling });
    const direction = verdict.egress.state === 'denied' ? 'egress' : 'ingress';
    return closed({ kind: 'denied', direction, part: telling });
  }
  for (const side of [verdict.egress, verdict.ingress])
    if (side.state === 'depends') return unsure({ kind: 'unknown', on: side.on, part: telling });
  return unsure({ kind: 'some', part: telling });
}
