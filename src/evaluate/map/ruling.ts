import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import type { Action } from '../../model/cluster-policy.ts';
import type { GrantTable } from '../grants/grant.ts';
import { ALL_PORTS_ID, NO_PORTS_ID } from '../grants/port-table.ts';
import { PairMemo } from '../ids/pair-memo.ts';
import type { Id } from '../ids/pair-memo.ts';
import { SequenceIds } from '../ids/sequence-ids.ts';

/** What may come of each port over one family: a port is in one of the sets, or in several if that is not known. */
interface Outcomes {
  readonly accept: Id;
  readonly deny: Id;
  readonly pass: Id;
  /** No rule matches. */
  readonly silent: Id;
}

interface Ruling {
  readonly 4: Id;
  readonly 6: Id;
  readonly unknowns: number;
}

/** How surely a rule matches, by family. */
export type Matching = Readonly<Record<Family, 'yes' | 'no' | 'depends'>>;

/** The id of the ruling of a tier that has no rule for what is asked. */
export const SILENT: Id = 0;
const SILENT_OUTCOMES: Id = 0;

/**
 * What rules of the tiers around NetworkPolicy decide between a subject and a peer, each ruling kept once.
 * The first rule that matches decides (C7); one that may match leaves two outcomes (decision D15).
 */
export class RulingTable {
  readonly #grants: GrantTable;
  readonly #outcomes: Outcomes[] = [];
  readonly #sequences = new SequenceIds();
  /** By the sequence of the four sets. */
  readonly #outcomeIds = new Map<Id, Id>();
  readonly #rulings: Ruling[] = [];
  /** By the sequence of the outcomes of both families and the unknowns. */
  readonly #rulingIds = new Map<Id, Id>();
  readonly #after = new PairMemo((a, b) => this.#both(a, b, this.#afterOutcomes));
  readonly #next = new PairMemo((a, b) => this.#both(a, b, this.#nextOutcomes));
  readonly #applied = new PairMemo((ruling, grant) => this.#apply(ruling, grant));
  /** What follows in the same tier, and what follows in the next. */
  readonly #afterOutcomes = new PairMemo((a, b) => this.#join(a, b, this.#outcomes[a]!.silent));
  readonly #nextOutcomes = new PairMemo((a, b) => {
    const { pass, silent } = this.#outcomes[a]!;
    return this.#join(a, b, this.#grants.ports.union(pass, silent), NO_PORTS_ID);
  });
  readonly #appliedToLeaves = new PairMemo((outcomes, leave) =>
    this.#applyToLeave(outcomes, leave),
  );

  constructor(grants: GrantTable) {
    this.#grants = grants;
    this.#addOutcomes({
      accept: NO_PORTS_ID,
      deny: NO_PORTS_ID,
      pass: NO_PORTS_ID,
      silent: ALL_PORTS_ID,
    });
    this.#addRuling(SILENT_OUTCOMES, SILENT_OUTCOMES, 0);
  }

  /** The ruling of one rule on these ports; `unknowns` part sure from possible where the matching depends. */
  ofRule(action: Action, ports: Id, matching: Matching, unknowns: number): Id {
    const [four, six] = FAMILIES.map((family) => {
      const certainty = matching[family];
      if (certainty === 'no' || ports === NO_PORTS_ID) return SILENT_OUTCOMES;
      return this.#addOutcomes({
        accept: action === 'Accept' ? ports : NO_PORTS_ID,
        deny: action === 'Deny' ? ports : NO_PORTS_ID,
        pass: action === 'Pass' ? ports : NO_PORTS_ID,
        silent:
          certainty === 'yes' ? this.#grants.ports.subtract(ALL_PORTS_ID, ports) : ALL_PORTS_ID,
      });
    });
    return this.#addRuling(four!, six!, unknowns);
  }

  /** The ruling of rules of a tier, then of the rules that follow them there. */
  after(first: Id, second: Id): Id {
    if (first === SILENT) return second;
    return second === SILENT ? first : this.#after.get(first, second);
  }

  /** The ruling of a tier, then of the next one, to which Pass and silence lead (C8). */
  next(first: Id, second: Id): Id {
    return first === SILENT ? second : this.#next.get(first, second);
  }

  /** The ports that the rules of a ruling may leave to those behind them in their tier, over whatever family. */
  silentOf(ruling: Id): Id {
    const { 4: four, 6: six } = this.#rulings[ruling]!;
    return this.#grants.ports.union(this.#outcomes[four]!.silent, this.#outcomes[six]!.silent);
  }

  /** The ports that a ruling may leave to the next tier, over whatever family (C8). */
  openOf(ruling: Id): Id {
    const { ports } = this.#grants;
    const { 4: four, 6: six } = this.#rulings[ruling]!;
    const passed = ports.union(this.#outcomes[four]!.pass, this.#outcomes[six]!.pass);
    return ports.union(passed, this.silentOf(ruling));
  }

  /** What a side lets through by a ruling, where what is left open is decided by a grant. */
  apply(ruling: Id, grant: Id): Id {
    return ruling === SILENT ? grant : this.#applied.get(ruling, grant);
  }

  #both(a: Id, b: Id, outcomes: PairMemo): Id {
    const [first, second] = [this.#rulings[a]!, this.#rulings[b]!];
    return this.#addRuling(
      outcomes.get(first[4], second[4]),
      outcomes.get(first[6], second[6]),
      first.unknowns | second.unknowns,
    );
  }

  /** What the first decides, and what the second does of the ports left `open` to it. */
  #join(a: Id, b: Id, open: Id, pass = this.#outcomes[a]!.pass): Id {
    const { ports } = this.#grants;
    const [first, second] = [this.#outcomes[a]!, this.#outcomes[b]!];
    return this.#addOutcomes({
      accept: ports.union(first.accept, ports.intersect(open, second.accept)),
      deny: ports.union(first.deny, ports.intersect(open, second.deny)),
      pass: ports.union(pass, ports.intersect(open, second.pass)),
      silent: ports.intersect(open, second.silent),
    });
  }

  #apply(ruling: Id, grant: Id): Id {
    const outcomes = this.#rulings[ruling]!;
    const { 4: four, 6: six, unknowns } = this.#grants.partsOf(grant);
    return this.#grants.ofLeaves(
      this.#appliedToLeaves.get(outcomes[4], four),
      this.#appliedToLeaves.get(outcomes[6], six),
      unknowns | outcomes.unknowns,
    );
  }

  #applyToLeave(id: Id, leave: Id): Id {
    const { ports, leaves } = this.#grants;
    const { accept, deny, pass, silent } = this.#outcomes[id]!;
    const open = ports.union(pass, silent);
    const closed = ports.union(deny, ports.subtract(open, leaves.certain(leave)));
    return leaves.add(
      ports.subtract(ALL_PORTS_ID, closed),
      ports.union(accept, ports.intersect(open, leaves.possible(leave))),
    );
  }

  #addOutcomes(outcomes: Outcomes): Id {
    const { accept, deny, pass, silent } = outcomes;
    const key = this.#sequences.of([accept, deny, pass, silent]);
    let id = this.#outcomeIds.get(key);
    if (id === undefined) this.#outcomeIds.set(key, (id = this.#outcomes.push(outcomes) - 1));
    return id;
  }

  #addRuling(four: Id, six: Id, unknowns: number): Id {
    const key = this.#sequences.of([four, six, unknowns]);
    let id = this.#rulingIds.get(key);
    if (id === undefined)
      this.#rulingIds.set(key, (id = this.#rulings.push({ 4: four, 6: six, unknowns }) - 1));
    return id;
  }
}
