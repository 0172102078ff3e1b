import type { ClusterRule } from '../../model/cluster-policy.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction, NetworkPolicy, Rule } from '../../model/policy.ts';
import type { Side, Verdict } from '../../evaluate/verdict/verdict.ts';

/** What may decide a connection: a rule, or that a NetworkPolicy isolates its pods in a direction. */
export type Decider = Rule | ClusterRule | Isolating;

/** That a NetworkPolicy isolates its pods; the same object for the same policy and direction. */
export interface Isolating {
  readonly policy: NetworkPolicy;
  readonly direction: Direction;
}

const known = new WeakMap<NetworkPolicy, Readonly<Record<Direction, Isolating>>>();

/** That the policy isolates its pods in the direction. */
export function isolatingOf(policy: NetworkPolicy, direction: Direction): Isolating {
  let both = known.get(policy);
  if (both === undefined) {
    both = {
      ingress: { policy, direction: 'ingress' },
      egress: { policy, direction: 'egress' },
    };
    known.set(policy, both);
  }
  return both[direction];
}

/** What decides at one end: the rules that passed on, allowed and denied, and the isolations that denied. */
export function* decidersOf(side: Side, direction: Direction): Generator<Decider> {
  if (side.state === 'exempt') return;
  for (const { rule } of side.passed) yield rule;
  if (side.state === 'open') return;
  for (const { rule } of side.allowedBy) yield rule;
  for (const { rule } of side.deniedBy) yield rule;
  if (side.networkPolicies !== 'denied') return;
  for (const policy of side.isolatedBy) yield isolatingOf(policy, direction);
}

/** What was seen to decide. */
export class Seen {
  readonly #deciders = new Set<Decider>();

  note(verdict: Verdict): void {
    for (const direction of DIRECTIONS)
      for (const decider of decidersOf(verdict[direction], direction)) this.#deciders.add(decider);
  }

  has(decider: Decider): boolean {
    return this.#deciders.has(decider);
  }
}
