import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import type { Place } from '../../model/place.ts';
import type { NetworkPolicy } from '../../model/policy.ts';
import { selects } from '../../model/selector.ts';
import type { LintRule, Remark } from '../rule/rule.ts';
import type { Housed } from '../survey/housed.ts';
import { namesLabels } from '../survey/selector-logic.ts';
import type { Survey } from '../survey/survey.ts';
import { policySubject, quoteWorkloads } from '../words/wording.ts';

/**
 * A policy that selects hostNetwork pods only, which no policy holds (N6, C13).
 *
 * Evidence: the podSelector, or that of the subject of a policy of another tier, asks for some label to be
 * there, some hostNetwork pod of the namespaces has it, and no other pod does.
 */
export const hostnetworkSubject: LintRule = {
  code: 'hostnetwork-subject',
  severities: ['warning'],
  summary: 'a policy selects hostNetwork pods only, which no policy can hold',
  evidence: 'a selector that asks for a label and matches hostNetwork pods and no others',
  remedy: 'guard the nodes by other means, or run the pods without hostNetwork',
  *find(survey) {
    const { cluster, tiers } = survey;
    for (const policy of cluster.policies) {
      if (survey.subjectsOf(policy).count > 0 || !namesLabels(policy.subject)) continue;
      const selected = survey
        .housedIn(policy.namespace)
        .filter(({ pod }) => selects(policy.subject, pod.labels, true));
      if (selected.length > 0) yield remark(survey, policy, policy.subjectPlace, selected);
    }
    // a label that cannot be read is a problem already, and may make a pod one of the subject
    if (!tiers.isReadable) return;
    for (const policy of cluster.clusterPolicies) {
      const { namespaces, pods = [], place } = policy.subject;
      if (!policy.isSure || !namesLabels(pods) || tiers.subjectsOf(policy).count > 0) continue;
      const selected = [...cluster.namespaces.values()]
        .filter(({ labels }) => selects(namespaces, labels))
        .flatMap(({ name }) => survey.housedIn(name))
        .filter(({ pod }) => selects(pods, pod.labels));
      if (selected.length > 0) yield remark(survey, policy, place, selected);
    }
  },
};

function remark(
  survey: Survey,
  policy: NetworkPolicy | ClusterPolicy,
  place: Place,
  selected: readonly Housed[],
): Remark {
  const names = quoteWorkloads(selected.map(({ workload }) => workload));
  const finding = {
    code: hostnetworkSubject.code,
    severity: 'warning' as const,
    message: `this policy does nothing: it selects ${names} only, with hostNetwork, and such pods have the network of their node, which no policy holds`,
    place,
    subject: policySubject(policy),
    related: selected.slice(0, 3).map(({ pod }) => pod.place),
  };
  return { finding, ignored: survey.ignores(finding.code, policy) };
}
