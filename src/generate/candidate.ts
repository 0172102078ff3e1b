import type { ClusterRuleRef } from '../evaluate/verdict/side.ts';
import type { ClusterPolicy } from '../model/cluster-policy.ts';
import type { NetworkPolicy } from '../model/policy.ts';

/** A change that turns the answer round, already tried on the engine. */
export interface Fix {
  /** One clause: what the change is. */
  readonly summary: string;
  /**
   * Policies to add, or to put in the place of those of the same kind and name. Empty where that is not
   * enough: the summary says what must change in what is there.
   */
  readonly policies: readonly (NetworkPolicy | ClusterPolicy)[];
}

/** A change that may turn the answer round. */
export interface Candidate extends Fix {
  /** Rules of cluster policies that someone must take out, or mend. */
  readonly without: readonly ClusterRuleRef[];
}
