import type { LintRule } from '../rule/rule.ts';
import { superfluousPolicies } from '../survey/redundancy.ts';
import { policySubject, quoteNames, quotePolicy } from '../words/wording.ts';

/**
 * A policy that could be taken away and nothing would change.
 *
 * Evidence: other policies select all that it selects, whatever pods there may be, isolate them in each of
 * its directions, and have rules that imply each of its own. A policy for all pods of a namespace beside
 * others that happen to select all of today's is never reported. Taking away all policies that are reported
 * changes nothing: of two equal ones, the later is reported.
 */
export const policyAddsNothing: LintRule = {
  code: 'policy-adds-nothing',
  severities: ['info'],
  summary: 'a policy neither isolates nor allows anything that other policies do not already',
  evidence:
    'policies whose podSelectors its own implies, which isolate in all its directions and whose rules hold all of its rules',
  remedy: 'take the policy away',
  *find(survey) {
    for (const { policy, by } of superfluousPolicies(survey)) {
      const [first, ...rest] = by;
      const names = rest.map(({ namespace, name }) => `${namespace}/${name}`);
      const others = rest.length === 0 ? '' : ` with ${quoteNames(names)}`;
      const finding = {
        code: this.code,
        severity: 'info' as const,
        message: `this policy adds nothing: ${quotePolicy(first)}${others} isolates the same pods and allows all that it allows`,
        place: policy.place,
        subject: policySubject(policy),
        fix: { summary: 'take the policy away' },
        related: by.slice(0, 3).map(({ place }) => place),
      };
      yield { finding, ignored: survey.ignores(this.code, policy) };
    }
  },
};
