import type { Action, ClusterPeer, LabelPeer, NodePeer } from '../../model/cluster-policy.ts';
import type { Direction } from '../../model/policy.ts';
import { formatSelector, selects } from '../../model/selector.ts';
import { fewNamespaces } from '../survey/namespaces-with.ts';
import { isOptIn, namesLabels } from '../survey/selector-logic.ts';
import type { Survey } from '../survey/survey.ts';
import { missedNamespaces } from './missed-namespaces.ts';
import type { Miss } from './missed-namespaces.ts';
import { nearMiss } from './near-miss.ts';
import { peerWords, quoteNames, quoteWorkloads } from './wording.ts';

/**
 * Why a peer of a rule of another tier matches nothing; undefined where it matches something, or that is no
 * matter. What is nearly there is a warning. All else is an info, for such policies are written once for many
 * clusters; and where a rule denies or passes on by a mark like `quarantine: "true"`, that nothing bears it is
 * how it should be. Addresses and names are outside the input, and never judged.
 */
export function missedClusterPeer(
  survey: Survey,
  action: Action,
  direction: Direction,
  peer: ClusterPeer,
): Miss | undefined {
  switch (peer.kind) {
    case 'pods': {
      const miss = missedPods(survey, direction, peer);
      const isMark = [...peer.namespaces, ...(peer.pods ?? [])].some(isOptIn);
      return miss?.severity === 'info' && isMark && action !== 'Accept' ? undefined : miss;
    }
    case 'nodes':
      return missedNodes(survey, peer);
    case 'networks':
    case 'domains':
      return undefined;
  }
}

function missedPods(survey: Survey, direction: Direction, peer: LabelPeer): Miss | undefined {
  const { cluster, tiers } = survey;
  // a label that cannot be read is a problem already, and may be the one that is asked for
  if (cluster.workloads.length === 0 || !tiers.isReadable) return undefined;
  if (tiers.peersOf(peer).count > 0) return undefined;
  const { namespaces, pods = [] } = peer;
  const missed = missedNamespaces(survey, namespaces, 'info');
  if (missed !== undefined) return missed === 'no matter' ? undefined : missed;
  if (!namesLabels(pods)) return undefined;
  const housed = [...cluster.namespaces.values()]
    .filter(({ labels }) => selects(namespaces, labels))
    .flatMap(({ name }) => survey.housedIn(name));
  const none = `there are no ${peerWords(peer)}`;
  const hosts = housed.filter(({ pod }) => pod.hostNetwork && selects(pods, pod.labels));
  if (hosts.length > 0) {
    const names = quoteWorkloads(hosts.map(({ workload }) => workload));
    const have = `${names} have \`${formatSelector(pods)}\`, with hostNetwork, and such pods have the addresses of their nodes`;
    if (direction === 'ingress')
      return { severity: 'warning', because: `${have}, which no peer of an ingress rule matches` };
    return {
      severity: 'warning',
      because: `${have}, which only \`nodes\` and \`networks\` match`,
      fix: 'write `nodes` with the labels of the nodes, or `networks` with their addresses',
    };
  }
  const labels = housed.flatMap(({ pod }) => (pod.hostNetwork ? [] : [pod.labels]));
  const apart = nearMiss(pods, labels, none, 'pod');
  if (apart !== undefined) return apart;
  const there = pods.every(isOptIn)
    ? []
    : fewNamespaces(survey, tiers.peersOf({ namespaces: [], pods }));
  if (there.length === 0) return { severity: 'info', because: none };
  return { severity: 'warning', because: `${none}; they are in ${quoteNames(there)}` };
}

function missedNodes({ cluster }: Survey, { nodes }: NodePeer): Miss | undefined {
  const labels = [...cluster.nodes.values()].map((node) => node.labels);
  if (labels.length === 0 || !namesLabels(nodes)) return undefined;
  if (labels.some((own) => selects(nodes, own, true))) return undefined;
  const none = `there are no nodes with \`${formatSelector(nodes)}\``;
  return nearMiss(nodes, labels, none, 'node') ?? { severity: 'info', because: none };
}
