import type { NetworkPolicy, PodPeer } from '../../model/policy.ts';
import { formatSelector, selects } from '../../model/selector.ts';
import type { Selector } from '../../model/selector.ts';
import { namespacesWith } from '../survey/namespaces-with.ts';
import { isOptIn, namesLabels } from '../survey/selector-logic.ts';
import type { Survey } from '../survey/survey.ts';
import { missedNamespaces } from './missed-namespaces.ts';
import type { Miss } from './missed-namespaces.ts';
import { nearMiss } from './near-miss.ts';
import { peerWords, quoteNames, quoteWorkloads } from './wording.ts';

/** Why a peer of a NetworkPolicy matches no pod; undefined where that is no matter. */
export function missedPeer(survey: Survey, policy: NetworkPolicy, peer: PodPeer): Miss | undefined {
  if (peer.namespaces !== 'own') {
    const missed = missedNamespaces(survey, peer.namespaces);
    if (missed !== undefined) return missed === 'no matter' ? undefined : missed;
  }
  const pods = peer.pods ?? [];
  return namesLabels(pods) ? missedPods(survey, policy, peer, pods) : undefined;
}

/** The namespaces have pods, and none has the labels. */
function missedPods(
  survey: Survey,
  policy: NetworkPolicy,
  peer: PodPeer,
  pods: Selector,
): Miss | undefined {
  const housed = namespacesOf(survey, policy, peer).flatMap((name) => survey.housedIn(name));
  // a label that cannot be read is a problem already, and may be the one that is asked for
  const ordinary = housed.filter(({ pod }) => !pod.hostNetwork);
  if (ordinary.some(({ pod }) => selects(pods, pod.labels, true))) return undefined;
  const none = `there are no ${peerWords(peer, policy.namespace)}`;
  const hosts = housed.filter(({ pod }) => pod.hostNetwork && selects(pods, pod.labels));
  if (hosts.length > 0) {
    const names = quoteWorkloads(hosts.map(({ workload }) => workload));
    const because = `${names} have \`${formatSelector(pods)}\`, with hostNetwork, and such pods have the addresses of their nodes, which only an ipBlock matches`;
    return {
      severity: 'warning',
      because,
      fix: 'write an `ipBlock` with the addresses of the nodes',
    };
  }
  if (peer.namespaces === 'own') {
    const there = namespacesWith(survey, policy, pods);
    if (there.length > 0) {
      const because = `${none}; they are in ${quoteNames(there)}, and a podSelector alone means the policy's own namespace`;
      return { severity: 'warning', because, fix: 'put a `namespaceSelector` beside it' };
    }
  }
  const labels = ordinary.map(({ pod }) => pod.labels);
  // charts let in pods that ask for it by a label like `db-client: "true"`, and nobody need ask
  const severity = pods.every(isOptIn) ? 'info' : 'warning';
  return nearMiss(pods, labels, none, 'pod') ?? { severity, because: none };
}

function namespacesOf(survey: Survey, policy: NetworkPolicy, { namespaces }: PodPeer): string[] {
  if (namespaces === 'own') return [policy.namespace];
  return [...survey.cluster.namespaces.values()]
    .filter(({ labels }) => selects(namespaces, labels))
    .map(({ name }) => name);
}
