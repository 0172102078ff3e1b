import { DIRECTIONS, rulesOf } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import type { LintRule } from '../rule/rule.ts';
import { policySubject } from '../words/wording.ts';

const TYPES: Record<Direction, string> = { ingress: 'Ingress', egress: 'Egress' };

/**
 * Rules in a section that policyTypes leaves out, so that nobody reads them (S9).
 *
 * Evidence: the section has at least one rule and policyTypes, as written, does not list it.
 */
export const idleSection: LintRule = {
  code: 'idle-section',
  severities: ['warning'],
  summary: 'a policy has rules for a direction that its policyTypes leaves out, so they do nothing',
  evidence: 'a section with a rule and written policyTypes without it',
  remedy: 'list the direction, which also isolates the pods in it, or take the section away',
  *find(survey) {
    for (const policy of survey.cluster.policies) {
      for (const direction of DIRECTIONS) {
        const [first] = rulesOf(policy, direction);
        if (first === undefined || policy.isolates.includes(direction)) continue;
        const type = TYPES[direction];
        const finding = {
          code: this.code,
          severity: 'warning' as const,
          message: `the \`${direction}\` rules of this policy do nothing: \`policyTypes\` does not list \`${type}\``,
          place: first.place,
          subject: policySubject(policy),
          fix: {
            summary: `add \`${type}\` to \`policyTypes\`, which also isolates the pods for ${direction}, or take the section \`${direction}\` away`,
          },
          ...(policy.policyTypesPlace && { related: [policy.policyTypesPlace] }),
        };
        yield { finding, ignored: survey.ignores(this.code, policy) };
      }
    }
  },
};
