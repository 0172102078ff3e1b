import type { Attempt } from '../../src/lab/sockets/attempt.ts';
import { formatAddress, parseAddress } from '../../src/model/address.ts';
import type { Address, Family } from '../../src/model/address.ts';
import { judgeIn as evaluateIn } from '../conformance/evaluate.ts';
import { formatQuestion } from '../conformance/implementation.ts';
import type { Judge, Question } from '../conformance/implementation.ts';
import { clusterOf, namesDomains } from '../conformance/manifests.ts';
import { SPEC } from '../conformance/spec.ts';
import { addressesOf as addressesNamed, portsOf } from '../generators/questions.ts';
import type { ConcreteWorld } from './concrete.ts';
import { NODE_ADDRESSES, isOutside } from './slots.ts';

/** One connection to try, as those who predict it and those who send it call its ends. */
export interface Asked {
  readonly question: Question;
  readonly family: Family;
  /** The client's address. */
  readonly source: Address;
  readonly attempt: Attempt;
  /** The stand that must answer, if it is one that says its name. */
  readonly by: string | undefined;
}

/** Spec and engine do not agree on what packets are asked about; the packets are not to blame. */
export class PredictionError extends Error {
  override readonly name = 'PredictionError';
}

/** Outside addresses a world is asked about, in each family: all pairs with them cost. */
const MOST_OUTSIDE = 4;

/** How many ports each pair is asked about, each family. */
const PER_PAIR = 3;

interface End {
  readonly kind: 'pod' | 'node' | 'outside';
  /** As predictions call it. */
  readonly id: string;
  /** The stand. */
  readonly stand: string;
  readonly address: Address;
}

/**
 * All pairs of a world's ends, each on some of its ports, in both families, with what spec and engine
 * say of each: pods with everyone, themselves included, everyone with pods. Throws a
 * {@link PredictionError} where the two differ or leave it open.
 */
export function attemptsOf(concrete: ConcreteWorld): Asked[] {
  const ports = portsOf(concrete.world.objects);
  return ([4, 6] as const).flatMap((family) => {
    const ends = endsOf(concrete, family);
    const judge = predictor(concrete, family);
    const asked: Asked[] = [];
    ends.forEach((from, i) => {
      ends.forEach((to, k) => {
        if (from.kind !== 'pod' && to.kind !== 'pod') return;
        for (let n = 0; n < PER_PAIR; n++) {
          const port = ports[(i * 7 + k * 3 + n * 5 + family) % ports.length]!;
          // among many numbers what has none would hardly be asked
          const without = n === 0 && (i + k + family) % 5 === 0;
          asked.push(ask(from, to, without ? { protocol: 'other' } : port, family, judge));
        }
      });
    });
    return asked;
  });
}

function endsOf({ players, world }: ConcreteWorld, family: Family): End[] {
  const outside = addressesNamed(world.objects)
    .map((text) => parseAddress(text)!)
    .filter((address) => address.family === family && isOutside(address));
  const step = Math.max(1, Math.ceil(outside.length / MOST_OUTSIDE));
  return [
    ...players
      .filter(({ families }) => families.includes(family))
      .map(({ key, slot }): End => ({
        kind: 'pod',
        id: key.replace('/', '/Pod/'),
        stand: slot.name,
        address: parseAddress(slot.addresses[family])!,
      })),
    ...[...NODE_ADDRESSES].map(([name, own]): End => ({
      kind: 'node',
      id: `node/${name}`,
      stand: `node/${name}`,
      address: parseAddress(own[family])!,
    })),
    ...outside
      .filter((_, i) => i % step === 0)
      .map((address): End => ({
        kind: 'outside',
        id: formatAddress(address),
        stand: 'outside',
        address,
      })),
  ];
}

function ask(
  from: End,
  to: End,
  { protocol, port = 0 }: Pick<Question, 'protocol' | 'port'>,
  family: Family,
  judge: (question: Question) => 'allowed' | 'denied',
): Asked {
  const question = { from: from.id, to: to.id, protocol, port };
  const attempt: Attempt = {
    from: from.stand,
    to: to.address,
    protocol,
    port,
    predicted: judge(question),
    ...(from.kind !== 'pod' && { source: from.address }),
  };
  return {
    question,
    family,
    source: from.address,
    attempt,
    by: to.kind === 'pod' ? to.stand : undefined,
  };
}

/** The common answer of spec and engine, in a world where only one family exists. */
function predictor(
  { ofFamily }: ConcreteWorld,
  family: Family,
): (question: Question) => 'allowed' | 'denied' {
  const world = ofFamily[family];
  const cluster = clusterOf(world);
  const judges: readonly [string, Judge][] = [
    ['spec', SPEC.judgeOf(world)],
    ['evaluate', evaluateIn(cluster)],
  ];
  const hasNames = namesDomains(cluster);
  return (question) => {
    const answers = judges.map(([name, judge]) => `${name}: ${judge(question)?.answer}`);
    const [one, other] = answers.map((text) => text.replace(/^.*: /, ''));
    if (one === other && (one === 'allowed' || one === 'denied')) return one;
    // nobody looks a name up here, so what only a name would open is closed (C23)
    if (one === other && one === 'depends' && hasNames) return 'denied';
    throw new PredictionError(
      `${formatQuestion(question)} over IPv${family}: ${answers.join(', ')}`,
    );
  };
}
