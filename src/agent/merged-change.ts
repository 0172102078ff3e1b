import type { Changed, ClusterChange, ClusterPod } from '../compile/matrix/change.ts';
import { podKey } from '../compile/matrix/pod-record.ts';
import { policyKey } from '../compile/matrix/policy-record.ts';
import { clusterPolicyKey } from '../compile/matrix/tier-rules.ts';
import type { Namespace, Node } from '../model/cluster.ts';

/** `namespace/name`: the key of a pod in a change; it has a name of its own. */
export function clusterPodKey({ workload, pod }: ClusterPod): string {
  return podKey(workload.namespace, pod.name!);
}

export function nameOf({ name }: Namespace | Node): string {
  return name;
}

/** One change that says what several, one after the other, say: of each key the last word. */
export function mergeChanges(changes: readonly ClusterChange[]): ClusterChange {
  if (changes.length === 1) return changes[0]!;
  return {
    policies: merge(
      changes.map(({ policies }) => policies),
      policyKey,
    ),
    clusterPolicies: merge(
      changes.map(({ clusterPolicies }) => clusterPolicies),
      clusterPolicyKey,
    ),
    pods: merge(
      changes.map(({ pods }) => pods),
      clusterPodKey,
    ),
    namespaces: merge(
      changes.map(({ namespaces }) => namespaces),
      nameOf,
    ),
    nodes: merge(
      changes.map(({ nodes }) => nodes),
      nameOf,
    ),
    answers: changes.flatMap(({ answers = [] }) => answers),
  };
}

function merge<T>(changes: readonly Changed<T>[], keyOf: (thing: T) => string): Changed<T> {
  const last = new Map<string, T | undefined>();
  for (const { upserted, removed } of changes) {
    for (const key of removed) last.set(key, undefined);
    for (const thing of upserted) last.set(keyOf(thing), thing);
  }
  return {
    upserted: [...last.values()].filter((thing) => thing !== undefined),
    removed: [...last].flatMap(([key, thing]) => (thing === undefined ? key : [])),
  };
}
