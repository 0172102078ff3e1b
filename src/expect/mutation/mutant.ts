import type { AnyPolicy, PolicyChange } from '../../evaluate/difference/policy-change.ts';
import type { Place } from '../../model/place.ts';

/** One single change to one of a cluster's policies. */
export interface Mutant {
  /** The policy that is changed, as it was. */
  readonly policy: AnyPolicy;
  /** What is changed, as a command: `take the peer out`. */
  readonly what: string;
  readonly place: Place;
  readonly change: PolicyChange;
}

/** A policy as one change would make it; `became` is undefined for one that is taken away. */
export interface Change<Policy> {
  readonly what: string;
  readonly place: Place;
  readonly became: Policy | undefined;
}

/** A list without one of its items. */
export function withoutItem<T>(list: readonly T[], index: number): T[] {
  return list.filter((_, i) => i !== index);
}

/** A list with one of its items replaced, by any number of others. */
export function withItem<T>(list: readonly T[], index: number, ...items: readonly T[]): T[] {
  return list.flatMap((one, i) => (i === index ? items : [one]));
}
