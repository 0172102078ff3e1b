import { ClassSet } from '../../evaluate/population/class-set.ts';
import { containsAddress, unionAddresses } from '../../model/address-set.ts';
import { bits, formatAddress } from '../../model/address.ts';
import type { ClusterPeer, ClusterPolicy } from '../../model/cluster-policy.ts';
import type { NetworkPolicy, Peer } from '../../model/policy.ts';
import type { Selector } from '../../model/selector.ts';
import type { Service } from '../../model/service.ts';
import { calledNamespace } from '../survey/selector-logic.ts';
import type { Survey } from '../survey/survey.ts';
import { clusterPeersManifest } from './cluster-manifest.ts';
import type { Remedy } from './finding.ts';
import { peersManifest } from './manifest.ts';

/** A peer of a rule of any tier. */
export type AnyPeer = Peer | ClusterPeer;

/**
 * Whether some of the peers of a policy are for what is behind a Service: its pods by their labels, or the
 * addresses of its endpoints. Undefined when the input does not tell what is behind it.
 */
export function areBehind(
  survey: Survey,
  policy: NetworkPolicy | ClusterPolicy,
  peers: readonly AnyPeer[],
  service: Service,
): boolean | undefined {
  const backends = survey.services.backendsOf(service);
  if (backends === undefined) {
    const behind = service.endpoints.flatMap(({ addresses }) => addresses);
    if (behind.length === 0) return undefined;
    const named = unionAddresses(
      peers.flatMap((one) => ('addresses' in one ? [one.addresses] : [])),
    );
    return behind.some((address) => containsAddress(named, address));
  }
  const pods = backends.filter(({ pod }) => !pod.hostNetwork);
  if (pods.length === 0) return undefined;
  const sets = peers.flatMap((peer) => {
    if (peer.kind !== 'pods') return [];
    const { namespaces } = peer;
    if (policy.kind === 'NetworkPolicy') return [survey.peersOf(policy, peer)];
    return namespaces === 'own' ? [] : [survey.tiers.peersOf({ namespaces, pods: peer.pods })];
  });
  const matched = ClassSet.union(survey.reachability.classes.length, sets);
  return pods.some(({ pod }) => matched.has(survey.classOf(pod)));
}

/** The peers to write in the place of a Service's address. */
export function peersBehind(policy: NetworkPolicy | ClusterPolicy, service: Service): Remedy {
  const { namespace, selector } = service;
  if (selector !== undefined) {
    const pods: Selector = Object.entries(selector).map(([key, value]) => ({
      key,
      operator: 'In',
      values: [value],
    }));
    const summary = 'write the pods behind it, and their port';
    const namespaces = calledNamespace(namespace);
    if (policy.kind !== 'NetworkPolicy')
      return { summary, manifest: clusterPeersManifest([{ kind: 'pods', namespaces, pods }]) };
    const own = namespace === policy.namespace ? ('own' as const) : namespaces;
    return { summary, manifest: peersManifest([{ kind: 'pods', namespaces: own, pods }]) };
  }
  const behind = service.endpoints.flatMap(({ addresses }) => addresses);
  const summary = 'write the addresses of its endpoints, and their port';
  if (behind.length === 0) return { summary };
  const cidrs = behind.map((one) => `${formatAddress(one)}/${bits(one.family)}`);
  const manifest =
    policy.kind === 'NetworkPolicy'
      ? peersManifest(
          behind.map(({ family }, i) => ({ kind: 'block', family, cidr: cidrs[i]!, except: [] })),
        )
      : clusterPeersManifest([{ kind: 'networks', cidrs }]);
  return { summary, manifest };
}
