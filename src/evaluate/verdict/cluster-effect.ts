import type { Action } from '../../model/cluster-policy.ts';

/** What a rule of a cluster policy does, to those it surely matches or to all that it may match. */
export interface Effect {
  readonly action: Action;
  readonly on: 'surely' | 'possibly';
}

/**
 * What comes of a rule: the one place that says so. Where it is not known whom or when it is for, Accept
 * matches nothing, and Deny and Pass deny all that they may match (decisions D21 and D22). `isSure`: policy
 * and subject could be read; `isPeerSure`: labels that cannot be read make no difference to whom it matches.
 * Undefined: nothing.
 */
export function effectOf(action: Action, isSure: boolean, isPeerSure: boolean): Effect | undefined {
  if (action === 'Accept') return isSure ? { action, on: 'surely' } : undefined;
  return { action: isSure && isPeerSure ? action : 'Deny', on: 'possibly' };
}
