import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import type { Remedy } from '../fixes/finding.ts';
import type { LintRule } from '../rule/rule.ts';
import { orderExample } from '../survey/order-matters.ts';
import type { OrderExample } from '../survey/order-matters.ts';
import type { Survey } from '../survey/survey.ts';
import { policySubject, quoteEndpoint, quotePolicy } from '../words/wording.ts';

const LAST_PRIORITY = 1000;

/**
 * Two policies of one tier and the same priority of which the first to come decides something (C6).
 *
 * Evidence: a pod is subject to both, and a connection of it is answered differently by the whole cluster when
 * one comes first and when the other does. Policies that say the same of what they share are left alone.
 */
export const equalPriorities: LintRule = {
  code: 'equal-priorities',
  severities: ['warning', 'info'],
  summary:
    'two policies of one tier have the same priority, and which comes first decides something',
  evidence:
    'policies of the same tier and priority for the same pods, and a connection that is answered differently when their order is turned round; an info where the cluster is too large to look for one',
  remedy: 'give them different priorities',
  *find(survey) {
    for (const tier of ['Admin', 'Baseline'] as const) {
      const policies = survey.tiers.inOrder(tier);
      for (const [i, second] of policies.entries()) {
        for (const first of policies.slice(0, i)) {
          if (!isComparable(survey, first, second)) continue;
          const isAsked = survey.proofs.affords(
            2 * survey.reachability.population.endpoints.length,
          );
          const example = isAsked ? orderExample(survey.cluster, first, second) : undefined;
          if (isAsked && example === undefined) continue;
          const fix = fixOf(policies, first, second);
          const words =
            example === undefined
              ? 'whether that matters takes too long to find out in so large a cluster'
              : exampleWords(example);
          const finding = {
            code: this.code,
            severity: isAsked ? ('warning' as const) : ('info' as const),
            message: `this policy and ${quotePolicy(first)} both have priority ${second.priority}, and a cluster may ask either first: ${words}`,
            place: second.place,
            subject: policySubject(second),
            ...(fix && { fix }),
            related: [first.place],
          };
          const ignored = survey.ignores(this.code, first) || survey.ignores(this.code, second);
          yield { finding, ignored };
        }
      }
    }
  },
};

function isComparable({ tiers }: Survey, first: ClusterPolicy, second: ClusterPolicy): boolean {
  return (
    first.priority === second.priority &&
    // one that cannot be read is a problem, and a BaselineAdminNetworkPolicy has none
    Number.isFinite(first.priority) &&
    tiers.subjectsOf(first).intersect(tiers.subjectsOf(second)).count > 0
  );
}

function exampleWords({ from, to, port, first, second }: OrderExample): string {
  const on = port.protocol === 'other' ? '' : ` on ${port.protocol} ${port.number}`;
  const [answer, otherwise] = [first, second].map((one) => (one === 'depends' ? 'uncertain' : one));
  return `${quoteEndpoint(from)} to ${quoteEndpoint(to)}${on} is ${otherwise} when this one comes first, else ${answer}`;
}

/** The number that keeps the order of names, which changes no answer here; none where it is taken. */
function fixOf(
  policies: readonly ClusterPolicy[],
  { priority }: ClusterPolicy,
  second: ClusterPolicy,
): Remedy | undefined {
  const behind = policies.slice(policies.indexOf(second) + 1);
  const isLast = behind.every((policy) => policy.priority > priority + 1);
  if (!isLast || priority >= LAST_PRIORITY) return undefined;
  return { summary: `write \`priority: ${priority + 1}\` if it is meant to come second` };
}
