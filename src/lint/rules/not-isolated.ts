import type { Workload } from '../../model/workload.ts';
import type { LintRule } from '../rule.ts';
import type { Survey } from '../survey.ts';
import { quoteWorkloads } from '../wording.ts';

/** Namespaces whose pods the cluster itself needs; closing them is not a team's decision. */
export const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'kube-node-lease',
]);

/**
 * Workloads that no policy isolates in any direction, one finding for each namespace.
 *
 * Evidence: the input has a policy at all, so its owner means to use them. System namespaces and
 * hostNetwork pods, which no policy can hold, are left out.
 */
export const notIsolated: LintRule = {
  code: 'not-isolated',
  severities: ['info'],
  summary: 'workloads that no policy isolates: everyone may call them and they may call everyone',
  evidence: 'at least one policy in the input; system namespaces and hostNetwork pods are left out',
  remedy: 'select the pods by a policy; a default-deny policy selects all pods of a namespace',
  *find(survey) {
    const { cluster } = survey;
    if (cluster.policies.length === 0) return;
    for (const [namespace, workloads] of openByNamespace(survey)) {
      for (const ignored of [false, true]) {
        const heard = workloads.filter((one) => ignored === survey.ignores(this.code, one));
        if (heard.length === 0) continue;
        const finding = {
          code: this.code,
          severity: 'info' as const,
          message: `no policy isolates ${quoteWorkloads(heard)}: everyone may call ${heard.length === 1 ? 'it' : 'them'}, and ${heard.length === 1 ? 'it' : 'they'} may call everyone`,
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

function openByNamespace(survey: Survey): Map<string, Workload[]> {
  const open = new Map<string, Set<Workload>>();
  const { reachability } = survey;
  for (let index = 0; index < reachability.population.subjects; index++) {
    if (reachability.isIsolated(index, 'ingress') || reachability.isIsolated(index, 'egress'))
      continue;
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
