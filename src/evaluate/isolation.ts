import type { Cluster } from '../model/cluster.ts';
import type { Direction, NetworkPolicy } from '../model/policy.ts';
import type { WorkloadEndpoint } from './endpoint.ts';
import { allowsFor } from './match.ts';
import type { RuleGrants } from './rule-grants.ts';

const NONE: readonly NetworkPolicy[] = [];

/** Which policies isolate each subject class in one direction. */
export class Isolation {
  readonly #policies: (NetworkPolicy[] | undefined)[];
  readonly #allowing: (NetworkPolicy[] | undefined)[];
  /** A text equal for classes that the same policies isolate; undefined for those that none does. */
  readonly #keys: (string | undefined)[];

  /** `subjects`: what speaks for class 0, 1, … */
  constructor(
    cluster: Cluster,
    subjects: readonly WorkloadEndpoint[],
    rules: RuleGrants,
    direction: Direction,
  ) {
    this.#policies = Array.from({ length: subjects.length });
    this.#allowing = Array.from({ length: subjects.length });
    this.#keys = Array.from({ length: subjects.length });
    cluster.policies.forEach((policy, number) => {
      if (!policy.isolates.includes(direction)) return;
      for (const index of rules.subjectsOf(policy)) {
        const allows = allowsFor(policy, subjects[index]!);
        add(this.#policies, index, policy);
        if (allows) add(this.#allowing, index, policy);
        const key = this.#keys[index];
        const own = allows ? `${number}` : `${number}!`;
        this.#keys[index] = key === undefined ? own : `${key},${own}`;
      }
    });
  }

  /** The policies that isolate the class; none means it is open. */
  of(index: number): readonly NetworkPolicy[] {
    return this.#policies[index] ?? NONE;
  }

  /** Those of them whose rules count for the class. */
  allowing(index: number): readonly NetworkPolicy[] {
    return this.#allowing[index] ?? NONE;
  }

  keyOf(index: number): string | undefined {
    return this.#keys[index];
  }
}

function add(lists: (NetworkPolicy[] | undefined)[], index: number, policy: NetworkPolicy): void {
  const list = lists[index];
  if (list === undefined) lists[index] = [policy];
  else list.push(policy);
}
