import type { Cluster } from '../model/cluster.ts';
import type { Direction, NetworkPolicy } from '../model/policy.ts';
import type { RuleGrants } from './rule-grants.ts';

const NONE: readonly NetworkPolicy[] = [];

/** Which policies isolate each subject class in one direction. */
export class Isolation {
  readonly #policies: (NetworkPolicy[] | undefined)[];
  /** A text equal for classes that the same policies isolate; undefined for those that none does. */
  readonly #keys: (string | undefined)[];

  constructor(cluster: Cluster, subjects: number, rules: RuleGrants, direction: Direction) {
    this.#policies = Array.from({ length: subjects });
    this.#keys = Array.from({ length: subjects });
    cluster.policies.forEach((policy, number) => {
      if (!policy.isolates.includes(direction)) return;
      for (const index of rules.subjectsOf(policy)) {
        const list = this.#policies[index];
        if (list === undefined) this.#policies[index] = [policy];
        else list.push(policy);
        const key = this.#keys[index];
        this.#keys[index] = key === undefined ? `${number}` : `${key},${number}`;
      }
    });
  }

  /** The policies that isolate the class; none means it is open. */
  of(index: number): readonly NetworkPolicy[] {
    return this.#policies[index] ?? NONE;
  }

  keyOf(index: number): string | undefined {
    return this.#keys[index];
  }
}
