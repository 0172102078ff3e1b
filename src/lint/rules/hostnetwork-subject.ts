import { selects } from '../../model/selector.ts';
import type { LintRule } from '../rule.ts';
import { namesLabels } from '../selector-logic.ts';
import { policySubject, quoteWorkloads } from '../wording.ts';

/**
 * A policy whose podSelector matches hostNetwork pods only, which no policy holds (N6).
 *
 * Evidence: the selector asks for some label to be there, some hostNetwork pod of the namespace has
 * it, and no other pod does.
 */
export const hostnetworkSubject: LintRule = {
  code: 'hostnetwork-subject',
  severities: ['warning'],
  summary: 'a policy selects hostNetwork pods only, which no policy can hold',
  evidence: 'a selector that asks for a label and matches hostNetwork pods and no others',
  remedy: 'guard the nodes by other means, or run the pods without hostNetwork',
  *find(survey) {
    for (const policy of survey.cluster.policies) {
      if (survey.subjectsOf(policy).count > 0 || !namesLabels(policy.subject)) continue;
      const selected = survey
        .housedIn(policy.namespace)
        .filter(({ pod }) => selects(policy.subject, pod.labels, true));
      if (selected.length === 0) continue;
      const names = quoteWorkloads(selected.map(({ workload }) => workload));
      const finding = {
        code: this.code,
        severity: 'warning' as const,
        message: `this policy does nothing: it selects ${names} only, with hostNetwork, and such pods have the network of their node, which no policy holds`,
        place: policy.subjectPlace,
        subject: policySubject(policy),
        related: selected.slice(0, 3).map(({ pod }) => pod.place),
      };
      yield { finding, ignored: survey.ignores(this.code, policy) };
    }
  },
};
