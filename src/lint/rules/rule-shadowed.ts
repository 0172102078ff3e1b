import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import type { LintRule } from '../rule/rule.ts';
import { matchedBefore } from '../survey/cluster-cover.ts';
import type { Survey } from '../survey/survey.ts';
import { rulesOfCluster } from '../survey/tier-survey.ts';
import type { ClusterCounting } from '../survey/tier-survey.ts';
import { actionWord, policySubject, quoteRule } from '../words/wording.ts';

/**
 * A rule of the Admin or Baseline tier that never decides, for rules before it match all that it matches (C7).
 *
 * Evidence: earlier rules of the tier are for all of its pods, and match all its peers on all its ports,
 * whatever pods there may be. Where addresses, nodes or labels that cannot be read come into it, the engine
 * must also find that without the rule no answer changes. An info where the rules before it do the same.
 */
export const ruleShadowed: LintRule = {
  code: 'rule-shadowed',
  severities: ['warning', 'info'],
  summary: 'a rule of a tier never decides, for rules before it match all that it matches',
  evidence:
    'earlier rules of the same tier for all of its pods, whose peers and ports together hold its own; an info where they do the same as it does',
  remedy: 'take the rule away, or put it before the ones that the message names',
  *find(survey) {
    for (const tier of ['Admin', 'Baseline'] as const) {
      const policies = survey.tiers.inOrder(tier);
      for (const direction of DIRECTIONS) {
        const earlier: ClusterCounting[] = [];
        for (const one of policies.flatMap((policy) => rulesIn(policy, direction))) {
          const before = matchedBefore(one, earlier.filter(comesBefore(one)));
          earlier.push(one);
          if (before.length === 0 || !isWithoutEffect(survey, one)) continue;
          const [first] = before as readonly [ClusterCounting, ...ClusterCounting[]];
          const same = before.every(({ rule }) => rule.action === one.rule.action);
          const more = before.length === 1 ? '' : `, with ${before.length - 1} more,`;
          const finding = {
            code: this.code,
            severity: same ? ('info' as const) : ('warning' as const),
            message: `this rule never decides: ${quoteRule(first)} (${actionWord(first.rule)})${more} comes first and matches all of it`,
            place: one.rule.place,
            subject: policySubject(one.policy),
            fix: {
              summary: same
                ? 'take the rule away'
                : `take the rule away, or put it before ${first.rule.place.toString()}`,
            },
            related: before.slice(0, 3).map(({ rule }) => rule.place),
          };
          yield { finding, ignored: survey.ignores(this.code, one.policy) };
        }
      }
    }
  },
};

/** Of two policies with one priority, a cluster may ask either first. */
function comesBefore({ policy }: ClusterCounting): (other: ClusterCounting) => boolean {
  return (other) => other.policy === policy || other.policy.priority < policy.priority;
}

function rulesIn(policy: ClusterPolicy, wanted: Direction): ClusterCounting[] {
  return rulesOfCluster(policy).filter(({ direction }) => direction === wanted);
}

/** Labels decide alike for both rules; what turns on an address is asked of the engine (decision D17). */
function isWithoutEffect({ tiers, proofs }: Survey, one: ClusterCounting): boolean {
  const { policy, direction, rule } = one;
  const byLabels = rule.peers !== 'all' && rule.peers.every(({ kind }) => kind === 'pods');
  if (byLabels && policy.isSure && tiers.isReadable) return true;
  const left = policy[direction].filter((own) => own !== rule);
  const after = { ...policy, [direction]: left };
  return proofs.isWithoutEffect({ before: policy, after }) ?? false;
}
