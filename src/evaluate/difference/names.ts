import type { ClusterPolicy, DomainPeer } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { Place, Source } from '../../model/place.ts';
import { distinctionsOf } from '../population/distinctions.ts';

/**
 * Two clusters in whose maps the same DNS names are ends: a name is one where some policy names it, so one
 * that only one cluster names is named in the other too, by a policy without subjects, which decides nothing.
 */
export function knowingNames(old: Cluster, current: Cluster): [old: Cluster, current: Cluster] {
  if (old.clusterPolicies.length === 0 && current.clusterPolicies.length === 0)
    return [old, current];
  const [before, after] = [distinctionsOf(old).domains, distinctionsOf(current).domains];
  return [
    withNames(
      old,
      after.filter((name) => !before.includes(name)),
    ),
    withNames(
      current,
      before.filter((name) => !after.includes(name)),
    ),
  ];
}

/** The cluster with a policy without subjects that names more names. */
export function withNames(cluster: Cluster, names: readonly string[]): Cluster {
  if (names.length === 0) return cluster;
  const place = new Place(NOWHERE, 1, 0, '');
  const peer: DomainPeer = { kind: 'domains', place, names };
  const policy: ClusterPolicy = {
    kind: 'ClusterNetworkPolicy',
    name: '',
    annotations: {},
    place,
    tier: 'Baseline',
    priority: Infinity,
    subject: { place, namespaces: [NOBODY], pods: undefined },
    isSure: true,
    ingress: [],
    egress: [
      { place, name: undefined, action: 'Accept', written: 'Accept', peers: [peer], ports: 'all' },
    ],
  };
  return { ...cluster, clusterPolicies: [...cluster.clusterPolicies, policy] };
}

/** Where policies stand that only name names. */
const NOWHERE = new Source('', '');

/** Whether a policy is none of the input, but there for the names. */
export function isForNames({ place }: ClusterPolicy): boolean {
  return place.source === NOWHERE;
}

/** No namespace has a label with one of no values. */
const NOBODY = { key: 'kubernetes.io/metadata.name', operator: 'In', values: [] } as const;
