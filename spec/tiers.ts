/**
 * How the tiers decide one direction: "Admin tier, NetworkPolicy tier, Baseline tier", then the
 * default (C1, D15).
 *
 * @module
 */
import { strongest, type Attempt, type Setting } from './attempt.ts';
import { inOrder, stepsOf, tierOf } from './cluster-policy.ts';
import { allows, isolates, selects } from './policy.ts';

/** The tiers that have policies. */
export type Tier = 'Admin' | 'NetworkPolicy' | 'Baseline';

/** How a direction may come out, and which tier then decided. */
export interface Outcome {
  readonly side: 'open' | 'allowed' | 'denied';
  /** `none` for the default: "all pods can communicate with each other". */
  readonly tier: Tier | 'none';
}

/** Every way the direction may come out: one, unless something is not known (D15, D17). */
export function outcomes(attempt: Attempt, setting: Setting): readonly Outcome[] {
  const found: Outcome[] = [];
  for (const decide of [admin, networkPolicy, baseline]) {
    const { decided, passes } = decide(attempt, setting);
    found.push(...decided);
    if (!passes) return found;
  }
  return [...found, { side: 'open', tier: 'none' }]; // C4, C5
}

/** What one tier may decide, and whether it may leave the decision to the next one. */
interface Ruling {
  readonly decided: readonly Outcome[];
  readonly passes: boolean;
}

function admin(attempt: Attempt, setting: Setting): Ruling {
  return rule('Admin', attempt, setting);
}

function baseline(attempt: Attempt, setting: Setting): Ruling {
  return rule('Baseline', attempt, setting);
}

/** C2, C4, C7–C9: the first rule that matches; one that may match decides only perhaps. */
function rule(tier: 'Admin' | 'Baseline', attempt: Attempt, setting: Setting): Ruling {
  const policies = setting.cluster.clusterPolicies.filter((policy) => tierOf(policy) === tier);
  const decided: Outcome[] = [];
  let passes = false;
  for (const policy of inOrder(policies)) {
    for (const { effect, match } of stepsOf(policy, attempt, setting)) {
      if (match === 'no') continue;
      if (effect === 'Pass') passes = true;
      else decided.push({ side: effect === 'Accept' ? 'allowed' : 'denied', tier });
      if (match === 'yes') return { decided, passes };
    }
  }
  return { decided, passes: true };
}

/** C3: "v1.NetworkPolicy always makes a final decision for selected pods"; S1, S2. */
function networkPolicy(attempt: Attempt, setting: Setting): Ruling {
  const { subject, direction } = attempt;
  const isolating = setting.cluster.policies.filter(
    (policy) => selects(policy, subject) && isolates(policy, direction),
  );
  if (isolating.length === 0) return { decided: [], passes: true };
  const match = strongest(isolating.map((policy) => allows(policy, attempt, setting)));
  const tier = 'NetworkPolicy';
  const decided: Outcome[] = [];
  if (match !== 'no') decided.push({ side: 'allowed', tier });
  if (match !== 'yes') decided.push({ side: 'denied', tier });
  return { decided, passes: false };
}
