import { evaluate } from '../../evaluate/verdict/verdict.ts';
import type { Answer, Connection, Port } from '../../evaluate/verdict/verdict.ts';
import type { Address, Family } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Attempt, Outcome, Resolution } from '../sockets/attempt.ts';
import type { LabEnd } from './end.ts';

/** How a connection is asked for. */
export type Via = 'pod' | 'service' | 'name';

/** Who may answer, and what the engine says of the connection to him. */
export interface Server {
  readonly end: LabEnd;
  readonly connection: Connection;
  readonly answer: Answer;
}

/** One connection to try, with what the engine says of it. */
export interface Question {
  readonly via: Via;
  readonly from: LabEnd;
  /** What is asked for: an end's id, `svc/namespace/name`, or a name. */
  readonly to: string;
  /** Under what the destination is told together with those like it. */
  readonly group: string;
  readonly address: Address;
  /** The port that is asked for; behind a Service the server has another one. */
  readonly port: Port;
  /** Several behind a Service; none behind one without endpoints. */
  readonly servers: readonly Server[];
}

/** What the engine expects: `some` where a Service's servers differ, so that either may come. */
export type Expected = 'allowed' | 'denied' | 'some' | 'nobody';

export function expected({ servers }: Pick<Question, 'servers'>): Expected {
  const answers = new Set(servers.map(({ answer }) => answer));
  if (answers.size === 0) return 'nobody';
  if (answers.size > 1 || answers.has('depends')) return 'some';
  return answers.has('allowed') ? 'allowed' : 'denied';
}

/** The engine's answer for two ends over one family. */
export function predict(
  cluster: Cluster,
  from: LabEnd,
  to: LabEnd,
  port: Port,
  { family, samePod = false }: { readonly family: Family; readonly samePod?: boolean },
): Server {
  const connection = { from: from.endpoint(family), to: to.endpoint(family), port, samePod };
  const { answer } = evaluate(cluster, connection);
  return { end: to, connection, answer };
}

/** The attempt that answers a question. */
export function attemptOf(question: Question): Attempt {
  const { from, address, port } = question;
  const source = from.stand === from.id ? undefined : from.addresses[0];
  const said = expected(question);
  return {
    from: from.stand,
    to: address,
    protocol: port.protocol,
    port: port.number,
    ...(source && { source }),
    ...(said !== 'some' && { predicted: said === 'allowed' ? 'allowed' : 'denied' }),
  };
}

/** Whether what came of a question is what the engine says. */
export function agrees(question: Question, outcome: Outcome): boolean {
  const { servers } = question;
  const said = expected(question);
  // Nobody is there: whether that is told or not, nobody may answer.
  if (said === 'nobody') return outcome.by === undefined;
  if (!outcome.reached) return said !== 'allowed';
  if (said === 'denied') return false;
  const answered = servers.filter(({ end }) => isBy(end, outcome.by));
  return answered.length === 0 || answered.some(({ answer }) => answer !== 'denied');
}

/** HostNetwork pods answer for each other and for their node: they are one host. */
function isBy(end: LabEnd, by: string | undefined): boolean {
  return by !== undefined && end.stand === by;
}

/** A name that a pod asks for, before it connects. */
export interface NameQuestion {
  readonly from: LabEnd;
  readonly name: string;
  /** What the name must lead to. */
  readonly addresses: readonly Address[];
  /** The cluster's DNS, asked at its port. */
  readonly dns: Pick<Question, 'servers'>;
}

/** Whether a name was found exactly when the engine lets its question through. */
export function agreesOnName(question: NameQuestion, { addresses, error }: Resolution): boolean {
  const said = expected(question.dns);
  const found = addresses.length > 0 || (error !== undefined && error !== 'silent');
  return said === 'some' || found === (said === 'allowed');
}
