import type { Direction, NetworkPolicy, Rule } from '../../model/policy.ts';
import type { LintRule } from '../rule/rule.ts';
import { superfluousPolicies } from '../survey/redundancy.ts';
import { RuleCover } from '../survey/rule-cover.ts';
import type { CountingRule, Survey } from '../survey/survey.ts';
import { policySubject, quotePolicy } from '../words/wording.ts';

/**
 * A rule that could be taken away and nothing would change, for other rules allow all of it.
 *
 * Evidence: policies that select at least the same pods have rules whose peers imply those of this
 * one whatever pods there may be (so that two rules that only happen to match the same pods today are
 * left alone) and whose ports hold all of its ports; and the engine finds that they grant all that
 * this rule grants. Policies without rules are never reported, nor are rules that match nothing.
 * Taking away all rules that are reported changes nothing: of two equal ones, the later is reported. Rules of
 * a policy that adds nothing as a whole are not told one by one.
 */
export const ruleAddsNothing: LintRule = {
  code: 'rule-adds-nothing',
  severities: ['info'],
  summary: 'a rule allows nothing that other rules for the same pods do not allow already',
  evidence:
    'rules of policies that select at least the same pods, with peers that imply the peers of this one and ports that hold its ports',
  remedy: 'take the rule away',
  *find(survey) {
    const cover = new RuleCover(survey);
    const gone = new Set<Rule>();
    // policies that add nothing are told as a whole, and their rules stand in for no others
    const superfluous = new Set(superfluousPolicies(survey).map(({ policy }) => policy));
    const counting = [...survey.rules()].filter(({ policy }) => !superfluous.has(policy)).reverse();
    const found: { of: CountingRule; by: readonly CountingRule[] }[] = [];
    const candidates = new Candidates(survey, counting);
    for (const one of counting) {
      const by = cover.coveredBy(one, candidates.beside(one, gone));
      if (by.length === 0) continue;
      gone.add(one.rule);
      found.push({ of: one, by });
    }
    for (const { of, by } of found.reverse()) {
      const [first] = by as readonly [CountingRule, ...CountingRule[]];
      const others = by.length === 1 ? '' : `, with ${by.length - 1} more`;
      const where = `${first.direction} rule ${first.index + 1} of ${quotePolicy(first.policy)}`;
      const finding = {
        code: this.code,
        severity: 'info' as const,
        message: `this rule adds nothing: ${where}${others} allows all of it already`,
        place: of.rule.place,
        subject: policySubject(of.policy),
        fix: { summary: 'take the rule away' },
        related: by.slice(0, 3).map(({ rule }) => rule.place),
      };
      yield { finding, ignored: survey.ignores(this.code, of.policy) };
    }
  },
};

/** The rules that may stand in for another: those of policies that select at least the same pods. */
class Candidates {
  readonly #survey: Survey;
  readonly #byPolicy = new Map<NetworkPolicy, CountingRule[]>();

  constructor(survey: Survey, counting: readonly CountingRule[]) {
    this.#survey = survey;
    for (const one of counting) {
      const list = this.#byPolicy.get(one.policy);
      if (list === undefined) this.#byPolicy.set(one.policy, [one]);
      else list.push(one);
    }
  }

  beside({ policy, direction, rule }: CountingRule, gone: ReadonlySet<Rule>): CountingRule[] {
    return this.#policies(policy, direction).flatMap((other) =>
      (this.#byPolicy.get(other) ?? []).filter(
        (one) => one.direction === direction && one.rule !== rule && !gone.has(one.rule),
      ),
    );
  }

  #policies(policy: NetworkPolicy, direction: Direction): readonly NetworkPolicy[] {
    const subjects = this.#survey.subjectsOf(policy);
    if (subjects.count === 0) return [];
    const [first] = subjects.toArray();
    return this.#survey
      .isolating(direction, first!)
      .filter(
        (other) =>
          other === policy ||
          this.#survey.subjectsOf(other).intersect(subjects).count === subjects.count,
      );
  }
}
