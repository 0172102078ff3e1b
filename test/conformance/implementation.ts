/**
 * The one contract of the conformance suite: everything that claims to know what policies mean takes
 * the same raw objects and the same questions, and must give the same answers.
 *
 * @module
 */

/** May the connection be made; `depends` when the manifests leave it open. */
export type Answer = 'allowed' | 'denied' | 'depends';

/** What the policies say at one end (Z2). */
export type SideState = 'exempt' | 'open' | 'allowed' | 'depends' | 'denied';

/** The tier that decided a side: `none` if no policy did, `depends` if it may be one or another. */
export type Decider = 'Admin' | 'NetworkPolicy' | 'Baseline' | 'none' | 'depends';

/** What a connection is made with; `other` stands for ICMP and all else without ports (P17). */
export type Protocol = 'TCP' | 'UDP' | 'SCTP' | 'other';

/** What a question is asked of: raw API objects with no default applied. */
export interface World {
  readonly objects: readonly unknown[];
  /** The CIDRs pods get their addresses from; absent when nobody said. */
  readonly podNetwork?: readonly string[] | undefined;
  /** The manifests as someone wrote them, when the objects were parsed from a text. */
  readonly text?: string | undefined;
}

/** One connection. Ends are `ns/name`, `ns/Kind/name`, `node/NAME` or an address; `to` may be `domain/NAME`. */
export interface Question {
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  /** Absent for `other`. */
  readonly port?: number | undefined;
}

/** An answer and, from implementations that know, the two sides it was made from. */
export interface Judgement {
  readonly answer: Answer;
  readonly egress?: SideState | undefined;
  readonly ingress?: SideState | undefined;
  readonly egressTier?: Decider | undefined;
  readonly ingressTier?: Decider | undefined;
  /** How it came to that, for the report of a disagreement. */
  readonly because?: string | undefined;
}

/**
 * Answers questions about one world. Undefined where the implementation does not speak of such a
 * pair; throws a RangeError for an end the world does not have.
 */
export type Judge = (question: Question) => Judgement | undefined;

/** Something that answers questions. */
export interface Implementation {
  readonly name: string;
  /** The world that is really asked, where what is given does not say enough. */
  readonly seen?: (world: World) => World;
  /** Reads a world once, for any number of questions. */
  readonly judgeOf: (world: World) => Judge;
}

/** Asks one question of one world. */
export function decide(
  implementation: Implementation,
  world: World,
  question: Question,
): Answer | undefined {
  return implementation.judgeOf(world)(question)?.answer;
}

/** A question as a line of a failure report: `x/a → x/b TCP/80`. */
export function formatQuestion({ from, to, protocol, port }: Question): string {
  return `${from} → ${to} ${formatPort({ protocol, port })}`;
}

/** The port as case files write it: `TCP/80`, or `ICMP` for what has no ports. */
export function formatPort({ protocol, port }: Pick<Question, 'protocol' | 'port'>): string {
  return protocol === 'other' ? 'ICMP' : `${protocol}/${port}`;
}

/** The common value of several parts; `depends` where they differ (D6). */
export function common<T extends string>(values: Iterable<T>): T | 'depends' {
  const different = new Set(values);
  const [first] = different;
  return different.size === 1 ? first! : 'depends';
}
