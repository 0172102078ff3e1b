import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import type { Cluster, Namespace, Node } from '../../model/cluster.ts';
import type { NetworkPolicy } from '../../model/policy.ts';
import type { Pod, Workload } from '../../model/workload.ts';
import { addressesText, clusterPolicyText, labelsText, podText, policyText } from './comparable.ts';
import type { DnsAnswer } from './learned-names.ts';
import { podKey } from './pod-record.ts';
import { policyKey } from './policy-record.ts';
import { clusterPolicyKey } from './tier-rules.ts';

/** What of one kind came or is different now, and the keys of what went. */
export interface Changed<T> {
  readonly upserted: readonly T[];
  readonly removed: readonly string[];
}

/** What is different from one cluster to the next. One key is never both upserted and removed. */
export interface ClusterChange {
  /** By `namespace/name`. */
  readonly policies: Changed<NetworkPolicy>;
  /** By `Kind/name`. */
  readonly clusterPolicies: Changed<ClusterPolicy>;
  /** By `namespace/name` of the pod. */
  readonly pods: Changed<ClusterPod>;
  /** By name. */
  readonly namespaces: Changed<Namespace>;
  /** By name. Only rules of cluster policies ask for them: else they are plain addresses (N2, N7). */
  readonly nodes: Changed<Node>;
  /** What DNS answers told since. */
  readonly answers?: readonly DnsAnswer[];
}

const NONE = { upserted: [], removed: [] };

/** No change at all. */
export const NOTHING: ClusterChange = {
  policies: NONE,
  clusterPolicies: NONE,
  pods: NONE,
  namespaces: NONE,
  nodes: NONE,
};

/** A pod that has a name of its own, and the workload it belongs to. */
export interface ClusterPod {
  readonly workload: Workload;
  readonly pod: Pod;
}

/** The change that makes a cluster of an empty one. */
export function allOf(cluster: Cluster): ClusterChange {
  return {
    policies: { upserted: cluster.policies, removed: [] },
    clusterPolicies: { upserted: cluster.clusterPolicies, removed: [] },
    pods: { upserted: podsOf(cluster), removed: [] },
    namespaces: { upserted: [...cluster.namespaces.values()], removed: [] },
    nodes: { upserted: [...cluster.nodes.values()], removed: [] },
  };
}

/** The pods of a cluster that have names: those that run, not those a template stands for. */
export function podsOf({ workloads }: Cluster): ClusterPod[] {
  return workloads.flatMap((workload) =>
    workload.pods.filter(({ name }) => name !== undefined).map((pod) => ({ workload, pod })),
  );
}

/** What a ruleset must follow from one cluster to the next; where things are written does not count. */
export function changesBetween(old: Cluster, next: Cluster): ClusterChange {
  return {
    policies: changed(old.policies, next.policies, policyKey, policyText),
    clusterPolicies: changed(
      old.clusterPolicies,
      next.clusterPolicies,
      clusterPolicyKey,
      clusterPolicyText,
    ),
    pods: changed(podsOf(old), podsOf(next), keyOfPod, ({ pod }) => podText(pod)),
    namespaces: changed(
      old.namespaces.values(),
      next.namespaces.values(),
      ({ name }) => name,
      ({ labels }) => labelsText(labels),
    ),
    nodes: changed(
      old.nodes.values(),
      next.nodes.values(),
      ({ name }) => name,
      ({ labels, addresses }) => `${labelsText(labels)} ${addressesText(addresses)}`,
    ),
  };
}

function changed<T>(
  old: Iterable<T>,
  next: Iterable<T>,
  keyOf: (one: T) => string,
  textOf: (one: T) => string,
): Changed<T> {
  const before = new Map([...old].map((one) => [keyOf(one), one]));
  const upserted: T[] = [];
  for (const one of next) {
    const key = keyOf(one);
    const own = before.get(key);
    before.delete(key);
    if (own === undefined || (own !== one && textOf(own) !== textOf(one))) upserted.push(one);
  }
  return { upserted, removed: [...before.keys()] };
}

function keyOfPod({ workload, pod }: ClusterPod): string {
  return podKey(workload.namespace, pod.name!);
}
