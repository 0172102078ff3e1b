import type { WorkloadEndpoint } from '../../evaluate/verdict/endpoint.ts';
import type { NetworkPolicy } from '../../model/policy.ts';
import type { Workload } from '../../model/workload.ts';
import { policyManifest } from '../fixes/manifest.ts';
import type { LintRule } from '../rule/rule.ts';
import { Stranger } from '../survey/stranger.ts';
import type { Survey } from '../survey/survey.ts';
import { policySubject, quoteWorkloads } from '../words/wording.ts';

/**
 * A policy written for egress that closes its pods for ingress too, by the default of policyTypes (S7).
 *
 * Evidence: policyTypes is absent, there are egress rules and no ingress rules; and some selected pod
 * that says it serves a port, or stands behind a Service, is isolated for ingress by no other policy, and
 * is not let in what other tiers let in all the same, nor denied what they would deny without it.
 */
export const ingressByDefault: LintRule = {
  code: 'ingress-by-default',
  severities: ['warning'],
  summary:
    'a policy with egress rules only closes its pods for ingress too, because it has no policyTypes',
  evidence:
    'absent policyTypes, egress rules, no ingress rules, and a selected pod that serves something and that only this policy isolates for ingress',
  remedy: 'write policyTypes',
  *find(survey) {
    for (const policy of survey.cluster.policies) {
      const { namespace, name, subject, policyTypesPlace, ingress, egress, isolates } = policy;
      const defaulted = policyTypesPlace === undefined && isolates.includes('ingress');
      if (!defaulted || ingress.length > 0 || egress.length === 0) continue;
      const closed = closedBy(survey, policy);
      if (closed.length === 0) continue;
      const finding = {
        code: this.code,
        severity: 'warning' as const,
        message: `this policy also closes ${quoteWorkloads(closed)} for ingress: without \`policyTypes\` every policy isolates ingress, and it has no ingress rule`,
        place: policy.place,
        subject: policySubject(policy),
        fix: {
          summary: 'write `policyTypes`: with `Egress` alone if only egress was meant',
          manifest: policyManifest({ namespace, name, subject, isolates: ['egress'], egress }),
        },
      };
      yield { finding, ignored: survey.ignores(this.code, policy) };
    }
  },
};

/** Whether a pod nobody has named may not connect, though the Baseline tier would have let it in. */
function closesMore(survey: Survey, index: number): boolean {
  if (survey.tiers.isEmpty) return true;
  const { cluster, reachability } = survey;
  const endpoint = reachability.classes[index]!.endpoints[0] as WorkloadEndpoint;
  const [own] = survey.isolating('ingress', index);
  const without = cluster.policies.filter((policy) => policy !== own);
  return (
    survey.stranger.meets(endpoint, 'ingress') !== 'allowed' &&
    new Stranger({ ...cluster, policies: without }).meets(endpoint, 'ingress') !== 'denied'
  );
}

/** The workloads that serve something, and that no other policy isolates for ingress. */
function closedBy(survey: Survey, policy: NetworkPolicy): Workload[] {
  const closed: Workload[] = [];
  for (const index of survey.subjectsOf(policy).toArray()) {
    if (survey.isolating('ingress', index).length > 1 || !closesMore(survey, index)) continue;
    for (const { workload, pod } of survey.podsOf(index)) {
      if (pod.ports.length > 0 || survey.services.inFrontOf(pod).length > 0) closed.push(workload);
    }
  }
  return closed;
}
