import { isSubject, podOf } from '../evaluate/verdict/endpoint.ts';
import { addressView, matchPeer, portsOfElement } from '../evaluate/verdict/match.ts';
import type { RuleRef, Side } from '../evaluate/verdict/side.ts';
import type { Connection, Verdict } from '../evaluate/verdict/verdict.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Direction, NetworkPolicy, PortRule, Rule } from '../model/policy.ts';
import { hasPort } from '../model/port-set.ts';
import type { Candidate } from './candidate.ts';
import { proposeClusterPolicy } from './cluster-proposal.ts';
import { peersExcept, proposePolicy } from './proposal.ts';
import { placeBefore, shortName, sidesOf, told } from './sides.ts';

/** Changes that may deny a connection: less of what allows it first, then policies that deny it. */
export function* denying(
  cluster: Cluster,
  connection: Connection,
  verdict: Verdict,
): Generator<Candidate> {
  const bySize = sidesOf(verdict).flatMap(([, side]) => {
    if (side.state !== 'allowed') return [];
    const rules = side.allowedBy.filter((ref) => ref.tier === 'NetworkPolicy');
    return rules.length === 0 ? [] : [rules];
  });
  bySize.sort((a, b) => a.length - b.length);
  for (const allowedBy of bySize) yield withoutRules(cluster, connection, verdict, allowedBy);
  for (const [direction, side] of sidesOf(verdict).reverse())
    yield* shielding(cluster, connection, direction, side);
  for (const [direction, side] of sidesOf(verdict).reverse())
    yield* overruling(cluster, connection, direction, side);
}

/** A NetworkPolicy that isolates the pod, where none does. */
function* shielding(
  cluster: Cluster,
  { from, to }: Connection,
  direction: Direction,
  side: Side,
): Generator<Candidate> {
  const [subject, peer] = direction === 'egress' ? [from, to] : [to, from];
  const isAsked = side.state === 'open' || (side.state === 'allowed' && side.tier === 'Baseline');
  if (!isAsked || !isSubject(subject)) return;
  const rules = [{ peers: peersExcept(cluster, peer), ports: 'all' as const }];
  const name = `${direction === 'egress' ? 'keep' : 'shield'}-${shortName(subject)}-from-${shortName(peer)}`;
  const policy = proposePolicy(cluster, subject, direction, name, rules);
  const who = `\`${subject.workload.namespace}/${subject.workload.name}\``;
  const cost = isSubject(peer)
    ? `; ${direction} of ${who} ${direction === 'egress' ? 'to' : 'from'} outside the cluster ends too, unless you add an ipBlock`
    : '';
  yield {
    summary: `add this policy, which isolates ${who} for ${direction} and allows other pods${cost}`,
    policies: [policy],
    without: [],
  };
}

/** What only the tiers around NetworkPolicy can do: not to accept it any more, or to deny it before that. */
function* overruling(
  cluster: Cluster,
  { from, to, port }: Connection,
  direction: Direction,
  side: Side,
): Generator<Candidate> {
  const [subject, peer] = direction === 'egress' ? [from, to] : [to, from];
  if (side.state !== 'allowed' || !isSubject(subject)) return;
  const accepting = side.allowedBy.filter((ref) => ref.tier !== 'NetworkPolicy');
  const [first] = accepting;
  if (first === undefined) return;
  const admin = `the ${first.tier} tier decides, so this is for whoever administers the cluster`;
  yield {
    summary: `take out ${accepting.map(told).join(' and ')}; ${admin}`,
    policies: [],
    without: accepting,
  };
  const name = `deny-${shortName(subject)}-${direction === 'egress' ? 'to' : 'from'}-${shortName(peer)}`;
  const place = placeBefore(side, first.tier);
  const question = { direction, subject, peer, port };
  const policy = proposeClusterPolicy(cluster, 'Deny', name, question, place);
  if (policy === undefined) return;
  const who = `\`${subject.workload.namespace}/${subject.workload.name}\``;
  yield {
    summary: `add this policy, for the ${direction} of ${who}, which stands before \`${first.policy.name}\`; ${admin}`,
    policies: [policy],
    without: [],
  };
}

/** The policies with the rules that allow the connection taken out, or only the parts of them that do. */
function withoutRules(
  cluster: Cluster,
  connection: Connection,
  verdict: Verdict,
  allowedBy: readonly RuleRef[],
): Candidate {
  const changed = new Map<NetworkPolicy, NetworkPolicy>();
  const taken: string[] = [];
  for (const { policy, direction, rule, index } of allowedBy) {
    const now = changed.get(policy) ?? policy;
    const smaller = trimmed(cluster, connection, verdict, policy, rule, direction);
    const rules = now[direction].flatMap((one) => (one === rule ? smaller.rules : [one]));
    changed.set(policy, { ...now, [direction]: rules });
    taken.push(
      `${smaller.what} ${direction} rule ${index + 1} of NetworkPolicy \`${policy.namespace}/${policy.name}\` (${rule.place.toString()})`,
    );
  }
  return {
    summary: `take ${taken.join(', and ')}; then ${changed.size === 1 ? 'it reads' : 'they read'}`,
    policies: [...changed.values()],
    without: [],
  };
}

function trimmed(
  cluster: Cluster,
  { from, to, port }: Connection,
  { family }: Verdict,
  policy: NetworkPolicy,
  rule: Rule,
  direction: Direction,
): { rules: Rule[]; what: string } {
  const peer = direction === 'egress' ? to : from;
  const destination = isSubject(to) ? podOf(to).ports : [];
  if (rule.ports !== 'all' && port.protocol !== 'other') {
    const opens = (element: PortRule): boolean =>
      hasPort(portsOfElement(element, destination), port.protocol, port.number);
    const ports = rule.ports.filter((element) => !opens(element));
    if (ports.length > 0) return { rules: [{ ...rule, ports }], what: 'that port out of' };
  }
  if (rule.peers !== 'all' && family !== undefined) {
    const candidate = { endpoint: peer, view: addressView(cluster, peer), family };
    const peers = rule.peers.filter((one) => matchPeer(cluster, policy, one, candidate) === 'no');
    if (peers.length > 0) return { rules: [{ ...rule, peers }], what: 'that peer out of' };
  }
  return { rules: [], what: 'out' };
}
