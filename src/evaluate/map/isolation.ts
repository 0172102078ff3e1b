import type { Cluster } from '../../model/cluster.ts';
import type { Direction, NetworkPolicy } from '../../model/policy.ts';
import type { Id } from '../ids/pair-memo.ts';
import { EMPTY, SequenceIds } from '../ids/sequence-ids.ts';
import { withOne } from '../ids/short-list.ts';
import type { WorkloadEndpoint } from '../verdict/endpoint.ts';
import { allowsFor } from '../verdict/match.ts';
import type { RuleGrants } from './rule-grants.ts';

const NONE: readonly NetworkPolicy[] = [];

/** The key of classes that no policy isolates. */
export const OPEN: Id = EMPTY;

/** Which policies isolate each subject class in one direction. */
export class Isolation {
  readonly #policies: (NetworkPolicy[] | undefined)[];
  /** For classes that some of their policies may not really select. */
  readonly #allowing = new Map<number, readonly NetworkPolicy[]>();
  readonly #keys: Int32Array;

  /** `subjects`: what speaks for class 0, 1, … */
  constructor(
    cluster: Cluster,
    subjects: readonly WorkloadEndpoint[],
    rules: RuleGrants,
    direction: Direction,
  ) {
    this.#policies = Array.from({ length: subjects.length });
    this.#keys = new Int32Array(subjects.length);
    // policies come in one order for all classes
    const keys = new SequenceIds();
    cluster.policies.forEach((policy, number) => {
      if (!policy.isolates.includes(direction)) return;
      for (const index of rules.subjectsOf(policy)) {
        const allows = allowsFor(policy, subjects[index]!);
        const own = (this.#policies[index] = withOne(this.#policies[index], policy));
        const allowing = this.#allowing.get(index);
        if (allowing !== undefined && allows) this.#allowing.set(index, [...allowing, policy]);
        else if (allowing === undefined && !allows) this.#allowing.set(index, own.slice(0, -1));
        this.#keys[index] = keys.longer(this.#keys[index]!, number * 2 + (allows ? 1 : 0));
      }
    });
  }

  /** The policies that isolate the class; none means it is open. */
  of(index: number): readonly NetworkPolicy[] {
    return this.#policies[index] ?? NONE;
  }

  /** Those of them whose rules count for the class. */
  allowing(index: number): readonly NetworkPolicy[] {
    return this.#allowing.get(index) ?? this.of(index);
  }

  /** A number equal for classes that the same policies isolate; {@link OPEN} for those that none does. */
  keyOf(index: number): Id {
    return this.#keys[index] ?? OPEN;
  }
}
