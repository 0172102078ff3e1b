import type { Cluster } from '../../model/cluster.ts';
import { rulesOf } from '../../model/policy.ts';
import type { NetworkPolicy, Peer, Rule } from '../../model/policy.ts';
import { hasPort } from '../../model/port-set.ts';
import type { Attempt } from './attempt.ts';
import { isSubject } from './endpoint.ts';
import type { Certainty } from './endpoint.ts';
import { allowsFor, isSubjectOf, matchPeer, portsOfRule } from './match.ts';
import type { Answer, Miss, RuleRef, Unknown } from './side.ts';

/** What the NetworkPolicies that isolate a pod say of an attempt. */
export interface NetworkPolicyRuling {
  readonly answer: Answer;
  /** Never empty. */
  readonly isolatedBy: readonly NetworkPolicy[];
  /** The rules that allow; those that may, when none surely does. */
  readonly allowedBy: readonly RuleRef[];
  readonly missed: readonly Miss[];
  /** What `depends` turns on. */
  readonly on: Unknown;
}

/** Asks the NetworkPolicies; undefined where none isolates the pod in that direction (S1, S2). */
export function askNetworkPolicies(
  cluster: Cluster,
  { direction, subject, peer, port, served }: Attempt,
): NetworkPolicyRuling | undefined {
  const isolatedBy = policiesIn(cluster, subject.workload.namespace).filter(
    (policy) => policy.isolates.includes(direction) && isSubjectOf(policy, subject),
  );
  if (isolatedBy.length === 0) return undefined;
  const allowedBy: RuleRef[] = [];
  const possiblyBy: RuleRef[] = [];
  const missed: Miss[] = [];
  for (const policy of isolatedBy) {
    const allows = allowsFor(policy, subject);
    rulesOf(policy, direction).forEach((rule, index) => {
      const ref: RuleRef = { tier: 'NetworkPolicy', policy, direction, index, rule };
      if (!allows) {
        missed.push({ ref, because: 'peer', unreadable: true });
        return;
      }
      const certainty = matchPeers(rule, (one) => matchPeer(cluster, policy, one, peer));
      if (certainty === 'no') missed.push({ ref, because: 'peer' });
      else if (!hasPort(portsOfRule(rule, served), port.protocol, port.number)) {
        missed.push({ ref, because: 'port' });
      } else (certainty === 'yes' ? allowedBy : possiblyBy).push(ref);
    });
  }
  const answer = allowedBy.length > 0 ? 'allowed' : possiblyBy.length > 0 ? 'depends' : 'denied';
  const isName = peer.endpoint.kind === 'domain';
  return {
    answer,
    isolatedBy,
    allowedBy: answer === 'allowed' ? allowedBy : possiblyBy,
    missed,
    on: isName ? 'name-address' : isSubject(peer.endpoint) ? 'pod-address' : 'node-address',
  };
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

/** Whether any peer of a rule matches; a rule without peers matches everyone (S11). */
function matchPeers({ peers }: Rule, match: (peer: Peer) => Certainty): Certainty {
  if (peers === 'all') return 'yes';
  let best: Certainty = 'no';
  for (const peer of peers) {
    const certainty = match(peer);
    if (certainty === 'yes') return 'yes';
    if (certainty === 'depends') best = 'depends';
  }
  return best;
}
