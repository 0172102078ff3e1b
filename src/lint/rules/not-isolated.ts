import type { WorkloadEndpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Cluster } from '../../model/cluster.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Workload } from '../../model/workload.ts';
import type { LintRule } from '../rule/rule.ts';
import type { Survey } from '../survey/survey.ts';
import { quoteWorkloads } from '../words/wording.ts';

/** Namespaces whose pods the cluster itself needs; closing them is not a team's decision. */
export const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'kube-node-lease',
]);

/**
 * Workloads that no policy isolates in any direction, one finding for each namespace.
 *
 * Evidence: the input has a NetworkPolicy, or one of the Baseline tier that denies, so its owner means to
 * close pods. System namespaces and hostNetwork pods, which no policy can hold, are left out; and so is
 * what the other tiers close to a pod nobody has named, in either direction. Where they deny some others
 * only, the pod is open all the same.
 */
export const notIsolated: LintRule = {
  code: 'not-isolated',
  severities: ['info'],
  summary: 'workloads that no policy isolates: everyone may call them and they may call everyone',
  evidence:
    'at least one NetworkPolicy, or Baseline policy that denies, in the input; system namespaces, hostNetwork pods, and pods that the other tiers close to those nobody has named are left out',
  remedy: 'select the pods by a policy; a default-deny policy selects all pods of a namespace',
  *find(survey) {
    const { cluster } = survey;
    if (!closesPods(cluster)) return;
    for (const [namespace, workloads] of openByNamespace(survey)) {
      for (const ignored of [false, true]) {
        const heard = workloads.filter((one) => ignored === survey.ignores(this.code, one));
        if (heard.length === 0) continue;
        const but = heard.some((one) => mayBeDenied(survey, one))
          ? ', but for what the policies of other tiers deny'
          : '';
        const finding = {
          code: this.code,
          severity: 'info' as const,
          message: `no policy isolates ${quoteWorkloads(heard)}: everyone may call ${heard.length === 1 ? 'it' : 'them'}, and ${heard.length === 1 ? 'it' : 'they'} may call everyone${but}`,
          place: cluster.namespaces.get(namespace)?.place ?? heard[0]!.place,
          subject: `Namespace ${namespace}`,
          fix: {
            summary: `select them by a policy; one with \`podSelector: {}\` and both \`policyTypes\` isolates every pod of \`${namespace}\``,
          },
          related: heard.slice(0, 3).map(({ place }) => place),
        };
        yield { finding, ignored };
      }
    }
  },
};

/** Whether the owner of the input means to close pods at all. */
export function closesPods({ policies, clusterPolicies }: Cluster): boolean {
  return (
    policies.length > 0 ||
    clusterPolicies.some(
      ({ tier, ingress, egress }) =>
        tier === 'Baseline' && [...ingress, ...egress].some(({ action }) => action === 'Deny'),
    )
  );
}

function mayBeDenied(survey: Survey, { pods }: Workload): boolean {
  if (survey.tiers.isEmpty) return false;
  return pods.some(
    (pod) =>
      !pod.hostNetwork &&
      DIRECTIONS.some((direction) => survey.tiers.mayDeny(direction, survey.classOf(pod))),
  );
}

/** Whether a class is open to those nobody has named, in both directions, whatever the tier. */
function isOpen(survey: Survey, index: number): boolean {
  const { reachability } = survey;
  const [endpoint] = reachability.classes[index]!.endpoints;
  return DIRECTIONS.every((direction) => {
    if (reachability.isIsolated(index, direction)) return false;
    if (!survey.tiers.mayDeny(direction, index)) return true;
    return survey.stranger.meets(endpoint as WorkloadEndpoint, direction) === 'allowed';
  });
}

function openByNamespace(survey: Survey): Map<string, Workload[]> {
  const open = new Map<string, Set<Workload>>();
  const { reachability } = survey;
  for (let index = 0; index < reachability.population.subjects; index++) {
    if (!isOpen(survey, index)) continue;
    for (const { workload } of survey.podsOf(index)) {
      const { namespace } = workload;
      if (SYSTEM_NAMESPACES.has(namespace)) continue;
      const workloads = open.get(namespace);
      if (workloads === undefined) open.set(namespace, new Set([workload]));
      else workloads.add(workload);
    }
  }
  return new Map([...open].map(([namespace, workloads]) => [namespace, [...workloads]]));
}
