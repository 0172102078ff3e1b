import type { Family } from '../../model/address.ts';
import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import { askTiers } from './ask-tiers.ts';
import type { Attempt, Port } from './attempt.ts';
import { mayMeet } from './cluster-rules.ts';
import { familiesOf, isNodeTraffic, isSubject } from './endpoint.ts';
import type { AddressView, Endpoint } from './endpoint.ts';
import { addressView, namedPortsOf, sameNode } from './match.ts';
import type { Answer, DeniedSide, Exemption, Side } from './side.ts';

export type { Port } from './attempt.ts';
export type { Answer, Exemption, Miss, RuleRef, Side, Unknown } from './side.ts';

/** A question: may this endpoint connect to that one, there? */
export interface Connection {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly port: Port;
  /** Both ends are the very same pod (N4); two pods of one workload are not. */
  readonly samePod?: boolean;
}

/** The answer, with both ends' reasons, over the family that allows most (decision D1). */
export interface Verdict {
  readonly answer: Answer;
  readonly egress: Side;
  readonly ingress: Side;
  /** Undefined when the two ends have no family in common, so nothing connects them. */
  readonly family: Family | undefined;
  /** The families both ends have. */
  readonly families: readonly Family[];
  /** The answer over each of them. */
  readonly answers: readonly Answer[];
}

/** Nothing connects the ends, whatever policies say. */
const NEVER: DeniedSide = {
  state: 'denied',
  tier: undefined,
  networkPolicies: undefined,
  isolatedBy: [],
  allowedBy: [],
  deniedBy: [],
  missed: [],
  passed: [],
  met: [],
  next: undefined,
};

/** Evaluates one connection: the only place that decides what one is told of it. */
export function evaluate(cluster: Cluster, connection: Connection): Verdict {
  const { from, to, samePod } = connection;
  if (samePod) {
    const itself: Side = { state: 'exempt', why: 'itself' };
    return { answer: 'allowed', egress: itself, ingress: itself, ...NO_FAMILY };
  }
  const views = { from: addressView(cluster, from), to: addressView(cluster, to) };
  const reached = familiesOf(views.to);
  const families = familiesOf(views.from).filter((family) => reached.includes(family));
  const found = families.map((family) => {
    const egress = sideOf(cluster, 'egress', connection, views.to, family);
    const ingress = sideOf(cluster, 'ingress', connection, views.from, family);
    return { answer: both(answerOf(egress), answerOf(ingress)), egress, ingress, family };
  });
  const [first, second] = found;
  if (first === undefined) {
    return { answer: 'denied', egress: NEVER, ingress: NEVER, ...NO_FAMILY };
  }
  const best = second !== undefined && rank(second.answer) > rank(first.answer) ? second : first;
  return { ...best, families, answers: found.map(({ answer }) => answer) };
}

const NO_FAMILY = { family: undefined, families: [], answers: [] } as const;

function rank(answer: Answer): number {
  return answer === 'allowed' ? 2 : answer === 'depends' ? 1 : 0;
}

function answerOf(side: Side): Answer {
  return side.state === 'exempt' || side.state === 'open' ? 'allowed' : side.state;
}

function both(a: Answer, b: Answer): Answer {
  return rank(a) < rank(b) ? a : b;
}

/**
 * Whether a rule of a cluster policy matches a connection at either end, or may. A policy without one has no part
 * in its verdict, be it among the policies of the cluster or not.
 */
export function hasSay(cluster: Cluster, policy: ClusterPolicy, connection: Connection): boolean {
  const { from, to } = connection;
  return DIRECTIONS.some((direction) => {
    const view = addressView(cluster, direction === 'egress' ? to : from);
    return familiesOf(view).some((family) => {
      const attempt = attemptOf(direction, connection, view, family);
      return attempt.exempt === undefined && mayMeet(cluster, policy, attempt);
    });
  });
}

function sideOf(
  cluster: Cluster,
  direction: Direction,
  connection: Connection,
  peerView: AddressView,
  family: Family,
): Side {
  const attempt = attemptOf(direction, connection, peerView, family);
  return attempt.exempt === undefined
    ? askTiers(cluster, attempt)
    : { state: 'exempt', why: attempt.exempt };
}

/** What the policies of one end are asked, or why they are not. */
function attemptOf(
  direction: Direction,
  { from, to, port }: Connection,
  view: AddressView,
  family: Family,
): (Attempt & { readonly exempt: undefined }) | { readonly exempt: Exemption } {
  const [subject, endpoint] = direction === 'egress' ? [from, to] : [to, from];
  const exempt = exemptionOf(direction, subject, endpoint);
  if (exempt !== undefined || !isSubject(subject)) return { exempt: exempt ?? 'host-network' };
  const peer = { endpoint, view, family };
  return { exempt, direction, subject, peer, port, served: namedPortsOf(to) };
}

function exemptionOf(
  direction: Direction,
  subject: Endpoint,
  peer: Endpoint,
): Exemption | undefined {
  if (subject.kind === 'addresses' || subject.kind === 'domain') return 'outside';
  if (subject.kind === 'node') return 'node';
  if (!isSubject(subject)) return 'host-network';
  if (direction === 'ingress' && isNodeTraffic(peer) && sameNode(peer, subject) === 'yes')
    return 'own-node';
  return undefined;
}
