import { PairMemo } from '../ids/pair-memo.ts';
import type { Id } from '../ids/pair-memo.ts';
import type { GrantTable } from './grant.ts';

/** The sequence of no grants. */
export const NO_GRANTS: Id = 0;

/**
 * Sequences of ingress grants, and what they add to a reach one after the other. Both are remembered, for
 * thousands of destinations grant the same to thousands of sources.
 */
export class GrantFolds {
  readonly #table: GrantTable;
  /** By sequence: the one without its last grant, and that grant. */
  readonly #before: Id[] = [NO_GRANTS];
  readonly #last: Id[] = [NO_GRANTS];
  readonly #longer = new PairMemo((sequence, grant) => {
    this.#before.push(sequence);
    return this.#last.push(grant) - 1;
  });
  /** What is granted on egress together with a sequence, as one number. */
  readonly #granted: Id[] = [];
  readonly #sequence: Id[] = [];
  readonly #together = new PairMemo((granted, sequence) => {
    this.#granted.push(granted);
    return this.#sequence.push(sequence) - 1;
  });
  readonly #reaches = new PairMemo((start, both) =>
    this.#fold(start, this.#granted[both]!, this.#sequence[both]!),
  );

  constructor(table: GrantTable) {
    this.#table = table;
  }

  /** The sequence with one more grant. */
  longer(sequence: Id, grant: Id): Id {
    return this.#longer.get(sequence, grant);
  }

  /** The reach with what the grants of the sequence add, where `granted` is on egress. */
  reach(start: Id, granted: Id, sequence: Id): Id {
    return this.#reaches.get(start, this.#together.get(granted, sequence));
  }

  #fold(start: Id, granted: Id, sequence: Id): Id {
    const grants: Id[] = [];
    for (let at = sequence; at !== NO_GRANTS; at = this.#before[at]!) grants.push(this.#last[at]!);
    return grants.reduceRight(
      (reach, grant) => this.#table.reaches.join(reach, this.#table.meet(granted, grant)),
      start,
    );
  }
}
