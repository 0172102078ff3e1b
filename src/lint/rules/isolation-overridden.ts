import { isAllPorts } from '../../model/port-set.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import type { ClusterRuleRef } from '../../evaluate/side.ts';
import { letThrough, sideBetween } from '../denier.ts';
import type { LintRule } from '../rule.ts';
import type { Survey } from '../survey.ts';
import { subjectsInAdmin } from '../matched-classes.ts';
import { policySubject, quoteRule, quoteWorkloads } from '../wording.ts';

/** Ports that no rule is likely to name: what gets through there gets through anywhere. */
const TRIED = [
  { protocol: 'TCP', number: 1 },
  { protocol: 'UDP', number: 1 },
  { protocol: 'other', number: 0 },
] as const;

/** How many pairs are asked for the rule that accepts. */
const MOST_TRIED = 64;
/** Of more pairs than these, all alike so far, the rest is taken to be like them. */
const MOST_PAIRS = 200_000;

/**
 * A NetworkPolicy that isolates its pods without effect, for the Admin tier lets everything through (C2).
 *
 * Evidence: every pod that the policy selects lets all other pods through on all ports in the direction,
 * and that by an Accept of the Admin tier, without which the policies of the pod would deny. That the tier
 * accepts some, monitoring say, is what it is for, and never reported.
 */
export const isolationOverridden: LintRule = {
  code: 'isolation-overridden',
  severities: ['warning'],
  summary: 'a NetworkPolicy isolates nothing, for the Admin tier lets everything through',
  evidence:
    'pods that a policy selects, all of which let every other pod through by an Accept of the Admin tier, and would not without it',
  remedy: 'ask who keeps the Admin tier to write Pass, so that NetworkPolicies decide',
  *find(survey) {
    if (survey.tiers.isEmpty) return;
    for (const direction of DIRECTIONS) {
      const accepted = subjectsInAdmin(survey, direction, 'Accept');
      for (const policy of survey.cluster.policies) {
        if (!policy.isolates.includes(direction)) continue;
        const subjects = survey.subjectsOf(policy);
        if (subjects.count === 0 || subjects.subtract(accepted).count > 0) continue;
        const accepting = acceptingAll(survey, subjects.toArray(), direction);
        if (accepting === undefined) continue;
        const who = quoteWorkloads(survey.workloadsOf(subjects.toArray()));
        const words = direction === 'ingress' ? 'lets everyone in to' : 'lets out to everyone from';
        const finding = {
          code: this.code,
          severity: 'warning' as const,
          message: `this policy isolates nothing for ${direction}: ${quoteRule(accepting)} of the Admin tier ${words} ${who} before it is asked`,
          place: policy.place,
          subject: policySubject(policy),
          related: [accepting.rule.place],
        };
        yield { finding, ignored: survey.ignores(this.code, policy) };
      }
    }
  },
};

/** The first rule by which the Admin tier lets everyone through; undefined where someone is not, or would be anyway. */
function acceptingAll(
  survey: Survey,
  subjects: Iterable<number>,
  direction: Direction,
): ClusterRuleRef | undefined {
  const { reachability } = survey;
  let accepting: ClusterRuleRef | undefined;
  let pairs = 0;
  for (const subject of subjects) {
    for (let peer = 0; peer < reachability.population.subjects; peer++) {
      if (peer === subject && !reachability.hasTwo(subject)) continue;
      if (!isAllPorts(letThrough(survey, direction, subject, peer).certain)) return undefined;
      if (pairs++ < MOST_TRIED) accepting ??= acceptedBetween(survey, subject, peer, direction);
      // the policies themselves let everyone through, so there is nothing to look for
      else if (accepting === undefined) return undefined;
      if (pairs > MOST_PAIRS) return accepting;
    }
  }
  return accepting;
}

/** The rule that accepts where the policies behind it would deny. */
function acceptedBetween(
  survey: Survey,
  subject: number,
  peer: number,
  direction: Direction,
): ClusterRuleRef | undefined {
  const [from, to] = direction === 'egress' ? [subject, peer] : [peer, subject];
  for (const port of TRIED) {
    const side = sideBetween(survey, from, to, port, direction);
    if (side.state !== 'allowed' || side.tier !== 'Admin' || side.next?.state !== 'denied')
      continue;
    const rule = side.allowedBy.find((ref): ref is ClusterRuleRef => ref.tier === 'Admin');
    if (rule !== undefined) return rule;
  }
  return undefined;
}
