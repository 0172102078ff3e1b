import { clusterRulesOf, inTier } from '../../model/cluster-policy.ts';
import type {
  ClusterPeer,
  ClusterPolicy,
  ClusterRule,
  ClusterSubject,
  ClusterTier,
} from '../../model/cluster-policy.ts';
import type { Cluster, Namespace } from '../../model/cluster.ts';
import { hasPort } from '../../model/port-set.ts';
import { selects } from '../../model/selector.ts';
import type { Attempt } from './attempt.ts';
import { effectOf } from './cluster-effect.ts';
import { matchDomains, matchNode } from './cluster-match.ts';
import { clusterPortsOf } from './cluster-ports.ts';
import { insideBlock, isSubject, podOf } from './endpoint.ts';
import type { Certainty, Endpoint, WorkloadEndpoint } from './endpoint.ts';
import type { PeerCandidate } from './match.ts';
import type { Closed, Met, Unknown } from './side.ts';

/** The policies of each tier in the order they are asked, sorted once for each list of them. */
const byTier = new WeakMap<
  readonly ClusterPolicy[],
  Readonly<Record<ClusterTier, readonly ClusterPolicy[]>>
>();

function policiesOf({ clusterPolicies }: Cluster, tier: ClusterTier): readonly ClusterPolicy[] {
  let tiers = byTier.get(clusterPolicies);
  if (tiers === undefined) {
    tiers = {
      Admin: inTier(clusterPolicies, 'Admin'),
      Baseline: inTier(clusterPolicies, 'Baseline'),
    };
    byTier.set(clusterPolicies, tiers);
  }
  return tiers[tier];
}

/** The rules of a tier that match the attempt, or may, in the order they are asked (C6, C7). */
export function metIn(cluster: Cluster, tier: ClusterTier, attempt: Attempt): Met[] {
  const met: Met[] = [];
  for (const policy of policiesOf(cluster, tier)) {
    if (!isClusterSubject(cluster, policy.subject, attempt.subject, true)) continue;
    const isFor = isClusterSubject(cluster, policy.subject, attempt.subject, false);
    const doubt = !policy.isSure ? 'policy' : isFor ? undefined : 'subject-label';
    clusterRulesOf(policy, attempt.direction).forEach((rule, index) => {
      const outcome = outcomeOf(cluster, rule, doubt, attempt);
      if (outcome === undefined) return;
      const ref = { tier, policy, direction: attempt.direction, index, rule };
      met.push({ ref, ...outcome });
    });
  }
  return met;
}

/** Whether any rule of a policy matches the attempt, or may: if none does, the policy has no part in what comes of it. */
export function mayMeet(cluster: Cluster, policy: ClusterPolicy, attempt: Attempt): boolean {
  return (
    isClusterSubject(cluster, policy.subject, attempt.subject, true) &&
    clusterRulesOf(policy, attempt.direction).some(
      (rule) => outcomeOf(cluster, rule, undefined, attempt) !== undefined,
    )
  );
}

/**
 * Whether the subject of a cluster policy has the pod (C13); `unreadable` is what a requirement on a label
 * that cannot be read counts as.
 */
export function isClusterSubject(
  { namespaces }: Cluster,
  subject: ClusterSubject,
  endpoint: WorkloadEndpoint,
  unreadable: boolean,
): boolean {
  return isSubject(endpoint) && arePodsOf(namespaces, subject, endpoint, unreadable);
}

/** What comes of a rule, if it can match: where something cannot be read it may only deny (D21 to D23). */
function outcomeOf(
  cluster: Cluster,
  rule: ClusterRule,
  doubt: Closed | undefined,
  attempt: Attempt,
): Omit<Met, 'ref'> | undefined {
  const { peers, action } = rule;
  if (peers === 'all') return { effect: 'Deny', closed: 'rule', ...SURELY };
  const { protocol, number } = attempt.port;
  if (!hasPort(clusterPortsOf(rule, attempt.served), protocol, number)) return undefined;
  const possibly = strongest(cluster, peers, attempt.peer, true);
  if (possibly.certainty === 'no') return undefined;
  const surely = strongest(cluster, peers, attempt.peer, false);
  const label = surely.certainty === possibly.certainty ? undefined : 'peer-label';
  const effect = effectOf(action, doubt === undefined, label === undefined);
  if (effect === undefined) return undefined;
  const { certainty, on, peer } = effect.on === 'surely' ? surely : possibly;
  if (certainty === 'no') return undefined;
  const word = action === 'Deny' && rule.written !== 'Deny' ? 'action' : undefined;
  const closed = effect.action === 'Accept' ? undefined : (doubt ?? word ?? label);
  return { effect: effect.action, closed, on, peer };
}

/** A match on which nothing unknown bears. */
const SURELY = { on: undefined, peer: undefined } as const;

/** How surely any of the peers matches, and what that turns on. */
function strongest(
  cluster: Cluster,
  peers: readonly ClusterPeer[],
  candidate: PeerCandidate,
  unreadable: boolean,
): Pick<Met, 'on' | 'peer'> & { readonly certainty: Certainty } {
  let first: ClusterPeer | undefined;
  for (const peer of peers) {
    const certainty = matchClusterPeer(cluster, peer, candidate, unreadable);
    if (certainty === 'yes') return { certainty, ...SURELY };
    if (certainty === 'depends') first ??= peer;
  }
  if (first === undefined) return { certainty: 'no', ...SURELY };
  return { certainty: 'depends', on: unknownOf(first, candidate.endpoint), peer: first };
}

/** Whether a peer of a cluster policy matches the endpoint at the other end; `unreadable` as above. */
function matchClusterPeer(
  cluster: Cluster,
  peer: ClusterPeer,
  { endpoint, view, family }: PeerCandidate,
  unreadable: boolean,
): Certainty {
  switch (peer.kind) {
    case 'pods':
      if (!isSubject(endpoint)) return 'no';
      return arePodsOf(cluster.namespaces, peer, endpoint, unreadable) ? 'yes' : 'no';
    case 'nodes':
      return matchNode(cluster, peer, endpoint, unreadable);
    case 'networks':
      return insideBlock(view, peer.addresses, family);
    case 'domains':
      return matchDomains(peer, endpoint);
  }
}

function arePodsOf(
  namespaces: ReadonlyMap<string, Namespace>,
  wanted: Pick<ClusterSubject, 'namespaces' | 'pods'>,
  endpoint: WorkloadEndpoint,
  unreadable: boolean,
): boolean {
  const { labels } = namespaces.get(endpoint.workload.namespace)!;
  return (
    selects(wanted.namespaces, labels, unreadable) &&
    (wanted.pods === undefined || selects(wanted.pods, podOf(endpoint).labels, unreadable))
  );
}

function unknownOf(peer: ClusterPeer, endpoint: Endpoint): Unknown {
  if (peer.kind === 'domains' || endpoint.kind === 'domain') return 'name-address';
  if (isSubject(endpoint)) return 'pod-address';
  return peer.kind === 'nodes' ? 'node-placement' : 'node-address';
}
