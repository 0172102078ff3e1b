import { podOf } from '../evaluate/verdict/endpoint.ts';
import type { WorkloadEndpoint } from '../evaluate/verdict/endpoint.ts';
import type { Cluster } from '../model/cluster.ts';
import { selects } from '../model/selector.ts';
import type { Selector } from '../model/selector.ts';

/** Labels people choose to say what a workload is, the most usual first. */
const TELLING: readonly string[] = [
  'app',
  'app.kubernetes.io/name',
  'k8s-app',
  'name',
  'app.kubernetes.io/component',
  'component',
  'role',
  'tier',
];

/** Labels controllers add, which change from pod to pod or from rollout to rollout. */
const PASSING: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'job-name',
  'controller-uid',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-completion-index',
]);

/**
 * The shortest selector over lasting labels that selects the workload's pods and, where its labels allow,
 * no other workload of its namespace. Empty when the pods have no such label.
 */
export function selectorFor(cluster: Cluster, endpoint: WorkloadEndpoint): Selector {
  const { labels } = podOf(endpoint);
  const keys = Object.keys(labels)
    .filter((key) => !PASSING.has(key))
    .sort(byTelling);
  const requirement = (key: string): Selector[0] => ({
    key,
    operator: 'In',
    values: [labels[key]!],
  });
  const others = cluster.workloads
    .filter(
      (workload) =>
        workload !== endpoint.workload && workload.namespace === endpoint.workload.namespace,
    )
    .flatMap((workload) => workload.pods);
  const selector: Selector[0][] = [];
  let confused = others;
  for (const key of keys) {
    const left = confused.filter((pod) => selects([requirement(key)], pod.labels));
    if (selector.length > 0 && left.length === confused.length) continue;
    selector.push(requirement(key));
    confused = left;
    if (confused.length === 0) break;
  }
  // a label that tells all others apart by itself makes the ones before it needless
  const last = selector.at(-1);
  if (last !== undefined && !others.some((pod) => selects([last], pod.labels))) return [last];
  return selector;
}

function byTelling(a: string, b: string): number {
  const rank = (key: string): number =>
    TELLING.includes(key) ? TELLING.indexOf(key) : TELLING.length;
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}
