import { rulesOf } from '../../model/policy.ts';
import type { NetworkPolicy, Rule } from '../../model/policy.ts';
import { RuleCover } from './rule-cover.ts';
import { implies } from './selector-logic.ts';
import type { CountingRule, Survey } from './survey.ts';

/** A policy that others make superfluous. */
export interface Superfluous {
  readonly policy: NetworkPolicy;
  /** The policies that isolate all its pods and allow all it allows; the first may do it alone. */
  readonly by: readonly [NetworkPolicy, ...NetworkPolicy[]];
}

/** Two lint rules ask. */
const KNOWN = new WeakMap<Survey, readonly Superfluous[]>();

/** Policies that could all be taken away together, and nothing would change, whatever pods there may be. */
export function superfluousPolicies(survey: Survey): readonly Superfluous[] {
  let known = KNOWN.get(survey);
  if (known === undefined) KNOWN.set(survey, (known = findSuperfluous(survey)));
  return known;
}

function findSuperfluous(survey: Survey): readonly Superfluous[] {
  const cover = new RuleCover(survey);
  const byNamespace = new Map<string, NetworkPolicy[]>();
  for (const policy of survey.cluster.policies) {
    const own = byNamespace.get(policy.namespace);
    if (own === undefined) byNamespace.set(policy.namespace, [policy]);
    else own.push(policy);
  }
  const gone = new Set<NetworkPolicy>();
  const found: Superfluous[] = [];
  // of two equal ones the later is told
  for (const policy of survey.cluster.policies.toReversed()) {
    if (!policy.subjectIsSure || survey.subjectsOf(policy).count === 0) continue;
    const others = byNamespace
      .get(policy.namespace)!
      .filter(
        (other) =>
          other !== policy &&
          !gone.has(other) &&
          other.subjectIsSure &&
          implies(policy.subject, other.subject),
      );
    const by = standingIn(cover, policy, others);
    if (by === undefined) continue;
    gone.add(policy);
    found.push({ policy, by });
  }
  return found.reverse();
}

/** Those of the others that are needed to isolate and to allow all that the policy does. */
function standingIn(
  cover: RuleCover,
  policy: NetworkPolicy,
  others: readonly NetworkPolicy[],
): Superfluous['by'] | undefined {
  const needed = new Set<NetworkPolicy>();
  for (const direction of policy.isolates) {
    const isolating = others.filter(({ isolates }) => isolates.includes(direction));
    if (isolating.length === 0) return undefined;
    const rules = isolating.flatMap((other) => countingRules(other, direction));
    const own = countingRules(policy, direction);
    for (const rule of own) {
      const by = cover.coveredBy(rule, rules);
      if (by.length === 0) return undefined;
      for (const one of by) needed.add(one.policy);
    }
    if (!isolating.some((other) => needed.has(other))) needed.add(isolating[0]!);
  }
  const [first, ...rest] = others.filter((other) => needed.has(other));
  return first && [first, ...rest];
}

function countingRules(
  policy: NetworkPolicy,
  direction: CountingRule['direction'],
): CountingRule[] {
  return rulesOf(policy, direction).map((rule: Rule, index) => ({
    policy,
    direction,
    index,
    rule,
  }));
}
