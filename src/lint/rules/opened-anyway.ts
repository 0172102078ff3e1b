import { ClassSet } from '../../evaluate/population/class-set.ts';
import { rulesOf } from '../../model/policy.ts';
import type { Direction, NetworkPolicy, Rule } from '../../model/policy.ts';
import type { LintRule } from '../rule/rule.ts';
import type { Survey } from '../survey/survey.ts';
import { policySubject, quotePolicy } from '../words/wording.ts';

/**
 * A policy that restricts pods which another policy opens fully, so that it restricts nothing (S4).
 *
 * Evidence: every pod it selects is selected, for sure, by another policy with a rule for everyone on all
 * ports. A warning where that is so in every direction that it isolates, else an info. Policies that open
 * their pods fully themselves are not meant to restrict.
 */
export const openedAnyway: LintRule = {
  code: 'opened-anyway',
  severities: ['warning', 'info'],
  summary: 'a policy restricts nothing, for other policies open all of its pods fully',
  evidence:
    'a rule for everyone on all ports, in other policies, for every pod that it selects; an info where it still restricts the other direction',
  remedy: 'take the rule for everyone away, or this policy',
  explains: ['rule-adds-nothing', 'policy-adds-nothing'],
  *find(survey) {
    const opening = openingPolicies(survey);
    for (const policy of survey.cluster.policies) {
      const subjects = survey.subjectsOf(policy);
      if (subjects.count === 0) continue;
      const opened = policy.isolates.flatMap((direction) => {
        if (opensAll(policy, direction)) return [];
        const by = openedBy(survey, subjects, opening[direction].get(policy.namespace) ?? []);
        return by.length === 0 ? [] : [{ direction, by }];
      });
      const [first] = opened;
      if (first === undefined) continue;
      const isAll = opened.length === policy.isolates.length;
      const rules = [...new Set(opened.flatMap(({ by }) => by))];
      const more = rules.length === 1 ? '' : ` and ${rules.length - 1} more`;
      const where = isAll ? '' : ` for ${first.direction}`;
      const finding = {
        code: this.code,
        severity: isAll ? ('warning' as const) : ('info' as const),
        message: `this policy restricts nothing${where}: ${quotePolicy(first.by[0]!)}${more} opens all of its pods to everyone, and no policy takes away what another allows`,
        place: policy.place,
        subject: policySubject(policy),
        related: rules.slice(0, 3).map(({ place }) => place),
      };
      const also = opened.flatMap(({ direction }) =>
        rulesOf(policy, direction).map(({ place }) => place),
      );
      yield { finding, ignored: survey.ignores(this.code, policy), also };
    }
  },
};

/** By direction and namespace: the policies that surely open all they select fully. */
function openingPolicies(
  survey: Survey,
): Readonly<Record<Direction, ReadonlyMap<string, NetworkPolicy[]>>> {
  const found = {
    ingress: new Map<string, NetworkPolicy[]>(),
    egress: new Map<string, NetworkPolicy[]>(),
  };
  if (!survey.tiers.isReadable) return found;
  for (const policy of survey.cluster.policies) {
    for (const direction of policy.isolates) {
      if (!policy.subjectIsSure || !opensAll(policy, direction)) continue;
      const own = found[direction].get(policy.namespace);
      if (own === undefined) found[direction].set(policy.namespace, [policy]);
      else own.push(policy);
    }
  }
  return found;
}

function opensAll(policy: NetworkPolicy, direction: Direction): boolean {
  return rulesOf(policy, direction).some(isForEveryone);
}

function isForEveryone({ peers, ports }: Rule): boolean {
  return peers === 'all' && ports === 'all';
}

/** The policies that together open all the pods: one alone where one does; none where some pod is left. */
function openedBy(
  survey: Survey,
  subjects: ClassSet,
  opening: readonly NetworkPolicy[],
): readonly NetworkPolicy[] {
  const holds = (set: ClassSet): boolean => subjects.subtract(set).count === 0;
  const alone = opening.find((one) => holds(survey.subjectsOf(one)));
  if (alone !== undefined) return [alone];
  const touching = opening.filter((one) => survey.subjectsOf(one).intersect(subjects).count > 0);
  const all = ClassSet.union(
    subjects.size,
    touching.map((one) => survey.subjectsOf(one)),
  );
  return holds(all) ? touching : [];
}
