import type { Family } from '../model/address.ts';
import type { Cluster } from '../model/cluster.ts';
import { hasPort } from '../model/port-set.ts';
import type { Protocol } from '../model/port-set.ts';
import { rulesOf } from '../model/policy.ts';
import type { Direction, NetworkPolicy, Peer, Rule } from '../model/policy.ts';
import { familiesOf, isNodeTraffic, isSubject } from './endpoint.ts';
import type { AddressView, Certainty, Endpoint } from './endpoint.ts';
import {
  addressView,
  allowsFor,
  isSubjectOf,
  matchPeer,
  namedPortsOf,
  portsOfRule,
  sameNode,
} from './match.ts';

/** What a connection is made to: a port of a protocol, or a protocol without ports (ICMP and the rest). */
export interface Port {
  readonly protocol: Protocol | 'other';
  /** Meaningless for `other`. */
  readonly number: number;
}

/** A question: may this endpoint connect to that one, there? */
export interface Connection {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly port: Port;
  /** Both ends are the very same pod (N4); two pods of one workload are not. */
  readonly samePod?: boolean;
}

export type Answer = 'allowed' | 'denied' | 'depends';

/** Why an answer is not certain. */
export type Unknown =
  /** the address of a pod at one end is not known, so an ipBlock may or may not hold it */
  | 'pod-address'
  /** a node's address is not known */
  | 'node-address'
  /** whether the pod runs on this very node is not known */
  | 'node-placement'
  /** which addresses a DNS name leads to is not known */
  | 'name-address'
  /** pods of one workload, or behind one Service, differ */
  | 'which-pod';

/** One rule of one policy. */
export interface RuleRef {
  readonly policy: NetworkPolicy;
  readonly direction: Direction;
  readonly index: number;
  readonly rule: Rule;
}

/** A rule of an isolating policy that did not allow the connection, and the first reason. */
export interface Miss {
  readonly ref: RuleRef;
  readonly because: 'peer' | 'port';
  /** Whether its policy could not be read well enough to allow anything to this pod (decision D8). */
  readonly unreadable?: boolean;
}

/**
 * What the policies at one end say. `exempt`: no policy can apply there. `open`: none isolates the
 * pod in that direction. Else the isolating policies, and the rules that allow or how each missed.
 */
export type Side =
  | { readonly state: 'exempt'; readonly why: Exemption }
  | { readonly state: 'open' }
  | {
      readonly state: 'allowed';
      readonly isolatedBy: readonly NetworkPolicy[];
      readonly allowedBy: readonly RuleRef[];
    }
  | {
      readonly state: 'denied';
      readonly isolatedBy: readonly NetworkPolicy[];
      readonly missed: readonly Miss[];
    }
  | {
      readonly state: 'depends';
      readonly isolatedBy: readonly NetworkPolicy[];
      readonly allowedBy: readonly RuleRef[];
      readonly missed: readonly Miss[];
      readonly on: Unknown;
    };

/** Why no policy applies at an end. */
export type Exemption = 'outside' | 'node' | 'host-network' | 'own-node' | 'itself';

/** The answer, with both ends' reasons, over the family that allows most (decision D1). */
export interface Verdict {
  readonly answer: Answer;
  readonly egress: Side;
  readonly ingress: Side;
  /** Undefined when the two ends have no family in common, so nothing connects them. */
  readonly family: Family | undefined;
  /** The families both ends have. */
  readonly families: readonly Family[];
}

const NEVER: Side = { state: 'denied', isolatedBy: [], missed: [] };

/** Evaluates one connection: the only place that decides what one is told of it. */
export function evaluate(cluster: Cluster, connection: Connection): Verdict {
  const { from, to, samePod } = connection;
  if (samePod) {
    const itself: Side = { state: 'exempt', why: 'itself' };
    return { answer: 'allowed', egress: itself, ingress: itself, family: undefined, families: [] };
  }
  const views = { from: addressView(cluster, from), to: addressView(cluster, to) };
  const reached = familiesOf(views.to);
  const families = familiesOf(views.from).filter((family) => reached.includes(family));
  let best: Verdict | undefined;
  for (const family of families) {
    const egress = sideOf(cluster, 'egress', connection, views.to, family);
    const ingress = sideOf(cluster, 'ingress', connection, views.from, family);
    const answer = both(answerOf(egress), answerOf(ingress));
    if (best === undefined || rank(answer) > rank(best.answer)) {
      best = { answer, egress, ingress, family, families };
    }
  }
  return best ?? { answer: 'denied', egress: NEVER, ingress: NEVER, family: undefined, families };
}

function rank(answer: Answer): number {
  return answer === 'allowed' ? 2 : answer === 'depends' ? 1 : 0;
}

function answerOf(side: Side): Answer {
  return side.state === 'exempt' || side.state === 'open' ? 'allowed' : side.state;
}

function both(a: Answer, b: Answer): Answer {
  return rank(a) < rank(b) ? a : b;
}

function sideOf(
  cluster: Cluster,
  direction: Direction,
  { from, to, port }: Connection,
  peerView: AddressView,
  family: Family,
): Side {
  const [subject, peer] = direction === 'egress' ? [from, to] : [to, from];
  const exemption = exemptionOf(direction, subject, peer);
  if (exemption !== undefined || !isSubject(subject)) {
    return { state: 'exempt', why: exemption ?? 'host-network' };
  }
  const isolatedBy = policiesIn(cluster, subject.workload.namespace).filter(
    (policy) => policy.isolates.includes(direction) && isSubjectOf(policy, subject),
  );
  if (isolatedBy.length === 0) return { state: 'open' };
  const allowedBy: RuleRef[] = [];
  const possiblyBy: RuleRef[] = [];
  const missed: Miss[] = [];
  const destination = namedPortsOf(to);
  const candidate = { endpoint: peer, view: peerView, family };
  for (const policy of isolatedBy) {
    const allows = allowsFor(policy, subject);
    rulesOf(policy, direction).forEach((rule, index) => {
      const ref: RuleRef = { policy, direction, index, rule };
      if (!allows) {
        missed.push({ ref, because: 'peer', unreadable: true });
        return;
      }
      const certainty = matchPeers(rule, (one) => matchPeer(cluster, policy, one, candidate));
      if (certainty === 'no') missed.push({ ref, because: 'peer' });
      else if (!hasPort(portsOfRule(rule, destination), port.protocol, port.number)) {
        missed.push({ ref, because: 'port' });
      } else (certainty === 'yes' ? allowedBy : possiblyBy).push(ref);
    });
  }
  if (allowedBy.length > 0) return { state: 'allowed', isolatedBy, allowedBy };
  if (possiblyBy.length > 0) {
    const on: Unknown = isSubject(peer) ? 'pod-address' : 'node-address';
    return { state: 'depends', isolatedBy, allowedBy: possiblyBy, missed, on };
  }
  if (direction === 'ingress' && isNodeTraffic(from) && sameNode(from, to) === 'depends') {
    return { state: 'depends', isolatedBy, allowedBy: [], missed, on: 'node-placement' };
  }
  return { state: 'denied', isolatedBy, missed };
}

/** Policies select only in their own namespace, so the others need not be asked one by one. */
const byNamespace = new WeakMap<readonly NetworkPolicy[], Map<string, NetworkPolicy[]>>();

function policiesIn({ policies }: Cluster, namespace: string): readonly NetworkPolicy[] {
  let map = byNamespace.get(policies);
  if (map === undefined) {
    map = new Map();
    for (const policy of policies) {
      const own = map.get(policy.namespace);
      if (own === undefined) map.set(policy.namespace, [policy]);
      else own.push(policy);
    }
    byNamespace.set(policies, map);
  }
  return map.get(namespace) ?? [];
}

function exemptionOf(
  direction: Direction,
  subject: Endpoint,
  peer: Endpoint,
): Exemption | undefined {
  if (subject.kind === 'addresses') return 'outside';
  if (subject.kind === 'node') return 'node';
  if (!isSubject(subject)) return 'host-network';
  if (direction === 'ingress' && isNodeTraffic(peer) && sameNode(peer, subject) === 'yes')
    return 'own-node';
  return undefined;
}

/** Whether any peer of a rule matches; a rule without peers matches everyone (S11). */
export function matchPeers({ peers }: Rule, match: (peer: Peer) => Certainty): Certainty {
  if (peers === 'all') return 'yes';
  let best: Certainty = 'no';
  for (const peer of peers) {
    const certainty = match(peer);
    if (certainty === 'yes') return 'yes';
    if (certainty === 'depends') best = 'depends';
  }
  return best;
}
