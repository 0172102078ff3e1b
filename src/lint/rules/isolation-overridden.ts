import type { WorkloadEndpoint } from '../../evaluate/verdict/endpoint.ts';
import type { ClusterRuleRef } from '../../evaluate/verdict/side.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import { isAllPorts } from '../../model/port-set.ts';
import type { LintRule } from '../rule/rule.ts';
import { letThrough } from '../survey/denier.ts';
import { subjectsInAdmin } from '../survey/matched-classes.ts';
import type { Survey } from '../survey/survey.ts';
import { policySubject, quoteRule, quoteWorkloads } from '../words/wording.ts';

/** Ports that no rule is likely to name: what gets through there gets through anywhere. */
const TRIED = [
  { protocol: 'TCP', number: 1 },
  { protocol: 'UDP', number: 1 },
  { protocol: 'other', number: 0 },
] as const;

/** Of more pairs than these, all alike so far, the rest is taken to be like them. */
const MOST_PAIRS = 200_000;

/**
 * A NetworkPolicy that isolates its pods from others without effect, for the Admin tier lets all of them
 * through (C2). From nodes and the outside it may still isolate.
 *
 * Evidence: every pod that the policy selects lets all other pods through on all ports in the direction, and
 * a pod that nobody has named by an Accept of the Admin tier, without which its policies would deny. That the tier
 * accepts some, monitoring say, is what it is for, and never reported.
 */
export const isolationOverridden: LintRule = {
  code: 'isolation-overridden',
  severities: ['warning'],
  summary:
    'a NetworkPolicy isolates no pod from others, for the Admin tier lets all of them through',
  evidence:
    'pods that a policy selects, all of which let every other pod through, even one that nobody has named by an Accept of the Admin tier, and would not without it',
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
        const words =
          direction === 'ingress' ? `lets every pod in to ${who}` : `lets ${who} out to every pod`;
        const finding = {
          code: this.code,
          severity: 'warning' as const,
          message: `this policy isolates its pods from no other for ${direction}: ${quoteRule(accepting)} of the Admin tier ${words} before it is asked`,
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
      if (++pairs > MOST_PAIRS) return accepting;
    }
    const own = acceptingStranger(survey, subject, direction);
    if (own === undefined) return undefined;
    accepting ??= own;
  }
  return accepting;
}

/** The rule that accepts a pod nobody has named, on any port, where the policies behind it would deny. */
function acceptingStranger(
  { reachability, stranger }: Survey,
  subject: number,
  direction: Direction,
): ClusterRuleRef | undefined {
  const endpoint = reachability.classes[subject]!.endpoints[0] as WorkloadEndpoint;
  const sides = TRIED.map((port) => stranger.sideOf(endpoint, direction, port));
  const accepted = sides.flatMap((side) =>
    side.state === 'allowed' && side.tier === 'Admin' ? [side] : [],
  );
  if (accepted.length < sides.length) return undefined;
  const overriding = accepted.find(({ next }) => next?.state === 'denied');
  return overriding?.allowedBy.find((ref): ref is ClusterRuleRef => ref.tier === 'Admin');
}
