import type { Cluster } from '../model/cluster.ts';
import { hasPort } from '../model/port-set.ts';
import type { Direction, NetworkPolicy, PortRule, Rule } from '../model/policy.ts';
import { ask } from '../evaluate/ask.ts';
import type { Asked } from '../evaluate/ask.ts';
import { isSubject, podOf } from '../evaluate/endpoint.ts';
import type { Endpoint } from '../evaluate/endpoint.ts';
import { addressView, matchPeer, portsOfElement } from '../evaluate/match.ts';
import type { Party } from '../evaluate/party.ts';
import type { Answer, Connection, Port, RuleRef, Side, Verdict } from '../evaluate/verdict.ts';
import { peersExcept, peersFor, portRuleFor, proposePolicy } from './proposal.ts';

/** A change that turns the answer round, already tried on the engine. */
export interface Fix {
  /** One clause: what the change is. */
  readonly summary: string;
  /** Policies to add, or to put in the place of those of the same name. */
  readonly policies: readonly NetworkPolicy[];
}

/** The question a fix is for. */
export interface Question {
  readonly from: Party;
  readonly to: Party;
  readonly port: Port;
}

/**
 * The smallest change found that would allow a connection that is not, or deny one that is. Undefined
 * when policies cannot bring it about. Every candidate is tried on the engine before it is returned.
 */
export function findFix(cluster: Cluster, question: Question, asked: Asked): Fix | undefined {
  const { telling } = asked;
  if (telling === undefined || telling.connection.samePod) return undefined;
  const wanted: Answer = asked.answer === 'allowed' ? 'denied' : 'allowed';
  const candidates =
    wanted === 'allowed'
      ? allowing(cluster, telling.connection, telling.verdict)
      : denying(cluster, telling.connection, telling.verdict);
  for (const candidate of candidates) {
    const { from, to, port } = question;
    if (ask(withPolicies(cluster, candidate.policies), from, to, port).answer === wanted)
      return candidate;
  }
  return undefined;
}

/** The cluster with policies added, or replaced where one of the same name is there. */
export function withPolicies(cluster: Cluster, policies: readonly NetworkPolicy[]): Cluster {
  const replaced = (policy: NetworkPolicy): boolean =>
    policies.some(({ namespace, name }) => namespace === policy.namespace && name === policy.name);
  return {
    ...cluster,
    policies: [...cluster.policies.filter((policy) => !replaced(policy)), ...policies],
  };
}

function* allowing(cluster: Cluster, connection: Connection, verdict: Verdict): Generator<Fix> {
  const { from, to, port } = connection;
  const element = portRuleFor(port);
  const ports = element === undefined ? 'all' : [element];
  const policies: NetworkPolicy[] = [];
  const ends: string[] = [];
  for (const [direction, side] of sidesOf(verdict)) {
    if (side.state !== 'denied' && side.state !== 'depends') continue;
    const [subject, peer] = direction === 'egress' ? [from, to] : [to, from];
    if (!isSubject(subject)) continue;
    const peers = peersFor(cluster, subject.workload.namespace, peer);
    if (peers.length === 0) return;
    const name = `allow-${shortName(subject)}-${direction === 'egress' ? 'to' : 'from'}-${shortName(peer)}`;
    policies.push(proposePolicy(cluster, subject, direction, name, [{ peers, ports }]));
    ends.push(`${direction} of \`${subject.workload.namespace}/${subject.workload.name}\``);
  }
  if (policies.length === 0) return;
  const what = policies.length === 1 ? 'add this policy' : 'add these policies';
  yield { summary: `${what}, for the ${ends.join(' and the ')}`, policies };
}

function sidesOf({ egress, ingress }: Verdict): [Direction, Side][] {
  return [
    ['egress', egress],
    ['ingress', ingress],
  ];
}

function shortName(endpoint: Endpoint): string {
  return endpoint.kind === 'workload' ? endpoint.workload.name : endpoint.id;
}

function* denying(cluster: Cluster, connection: Connection, verdict: Verdict): Generator<Fix> {
  const bySize = sidesOf(verdict).flatMap(([, side]) =>
    side.state === 'allowed' ? [side.allowedBy] : [],
  );
  bySize.sort((a, b) => a.length - b.length);
  for (const allowedBy of bySize) yield withoutRules(cluster, connection, verdict, allowedBy);
  for (const [direction, side] of sidesOf(verdict).reverse()) {
    const [subject, peer] =
      direction === 'egress' ? [connection.from, connection.to] : [connection.to, connection.from];
    if (side.state !== 'open' || !isSubject(subject)) continue;
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
    };
  }
}

/** The policies with the rules that allow the connection taken out, or only the parts of them that do. */
function withoutRules(
  cluster: Cluster,
  connection: Connection,
  verdict: Verdict,
  allowedBy: readonly RuleRef[],
): Fix {
  const changed = new Map<NetworkPolicy, NetworkPolicy>();
  const told: string[] = [];
  for (const { policy, direction, rule, index } of allowedBy) {
    const now = changed.get(policy) ?? policy;
    const smaller = trimmed(cluster, connection, verdict, policy, rule, direction);
    const rules = now[direction].flatMap((one) => (one === rule ? smaller.rules : [one]));
    changed.set(policy, { ...now, [direction]: rules });
    told.push(
      `${smaller.what} ${direction} rule ${index + 1} of NetworkPolicy \`${policy.namespace}/${policy.name}\` (${rule.place.toString()})`,
    );
  }
  return {
    summary: `take ${told.join(', and ')}; then ${changed.size === 1 ? 'it reads' : 'they read'}`,
    policies: [...changed.values()],
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
