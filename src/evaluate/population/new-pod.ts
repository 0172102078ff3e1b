import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import { NAMESPACE_NAME_LABEL } from '../../model/cluster.ts';
import type { Cluster, Namespace } from '../../model/cluster.ts';
import type { Place } from '../../model/place.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction, NetworkPolicy } from '../../model/policy.ts';
import type { Labels } from '../../model/selector.ts';
import type { ContainerPort, Pod, Workload } from '../../model/workload.ts';
import { isClusterSubject } from '../verdict/cluster-rules.ts';
import type { Endpoint, WorkloadEndpoint } from '../verdict/endpoint.ts';
import { isSubjectOf } from '../verdict/match.ts';
import type { Population } from './population.ts';

/** A pod that does not exist yet, as someone describes it. */
export interface PodPlan {
  readonly namespace: string;
  readonly labels: Labels;
  readonly ports: readonly ContainerPort[];
  readonly place: Place;
}

/** A pod that does not exist yet, among those that do. */
export interface NewPod {
  readonly endpoint: WorkloadEndpoint;
  readonly selectedBy: readonly Selected[];
}

/** A policy that would select it, and the directions it has something to say in. */
export interface Selected {
  readonly policy: NetworkPolicy | ClusterPolicy;
  readonly directions: readonly Direction[];
}

/** The cluster as it would be with the pods in it; a namespace that is not there has only its name label. */
export function withNewPods(
  cluster: Cluster,
  plans: readonly PodPlan[],
): { readonly cluster: Cluster; readonly workloads: readonly Workload[] } {
  const namespaces = new Map<string, Namespace>(cluster.namespaces);
  const taken = new Set(cluster.workloads.map(({ namespace, name }) => `${namespace}/${name}`));
  const workloads = plans.map(({ namespace, labels, ports, place }): Workload => {
    if (!namespaces.has(namespace)) {
      const own = { [NAMESPACE_NAME_LABEL]: namespace };
      namespaces.set(namespace, {
        name: namespace,
        labels: own,
        annotations: {},
        place: undefined,
      });
    }
    let name = 'new-pod';
    for (let i = 2; taken.has(`${namespace}/${name}`); i++) name = `new-pod-${i}`;
    taken.add(`${namespace}/${name}`);
    const pod: Pod = {
      name,
      place,
      labels,
      ports,
      hostNetwork: false,
      node: undefined,
      addresses: [],
      count: 1,
    };
    return { namespace, kind: 'Pod', name, place, annotations: {}, pods: [pod] };
  });
  return {
    cluster: { ...cluster, namespaces, workloads: [...cluster.workloads, ...workloads] },
    workloads,
  };
}

/** What becomes of the new workloads in the population of their cluster. */
export function newPodsOf(
  cluster: Cluster,
  { endpoints }: Population,
  workloads: readonly Workload[],
): NewPod[] {
  return endpoints.flatMap((endpoint) =>
    endpoint.kind === 'workload' && workloads.includes(endpoint.workload)
      ? [{ endpoint, selectedBy: selectedBy(cluster, endpoint) }]
      : [],
  );
}

function selectedBy(cluster: Cluster, endpoint: WorkloadEndpoint): Selected[] {
  const own = cluster.policies.flatMap((policy): Selected[] =>
    isSubjectOf(policy, endpoint) ? [{ policy, directions: policy.isolates }] : [],
  );
  const others = cluster.clusterPolicies.flatMap((policy): Selected[] => {
    if (!isClusterSubject(cluster, policy.subject, endpoint, true)) return [];
    const directions = DIRECTIONS.filter((direction) => policy[direction].length > 0);
    return directions.length > 0 ? [{ policy, directions }] : [];
  });
  return [...own, ...others];
}

/** Whether an endpoint is one of the new pods. */
export function isNew(pods: readonly NewPod[], endpoint: Endpoint): boolean {
  return (
    endpoint.kind === 'workload' && pods.some((pod) => pod.endpoint.workload === endpoint.workload)
  );
}
