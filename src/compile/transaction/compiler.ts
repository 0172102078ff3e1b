import { FAMILIES } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import { allOf } from '../matrix/change.ts';
import type { ClusterChange } from '../matrix/change.ts';
import type { DnsAnswer } from '../matrix/learned-names.ts';
import { askingChains, chainsOf } from '../ruleset/chains.ts';
import type { Moment } from '../ruleset/chains.ts';
import { generationChains, nextGeneration } from '../ruleset/generation.ts';
import { IdSource } from '../ruleset/id-source.ts';
import type { NodeOptions } from '../ruleset/node.ts';
import type { Chain, Ruleset } from '../ruleset/ruleset.ts';
import { TABLE, blocksOf, ruledBlocksOf } from '../ruleset/set-names.ts';
import { deltaOf } from './delta.ts';
import { ElementChanges } from './element-changes.ts';
import { NodeState } from './node-state.ts';
import type { StateChange } from './node-state.ts';
import { annotated } from './notes.ts';
import { takeAsProgrammed } from './programmed.ts';
import { eachElement, isOfCells, setShapes, setsOf } from './set-contents.ts';
import { changeText, refillSetsText, refillText } from './transaction-text.ts';

/**
 * nft text for one change, in two steps. The sweep removes what only packets that were on their way during
 * `apply` can still look at, and may grant what would have been seen too early. It must run before the next
 * `apply`, and not at all once `load` or `reload` was asked for again.
 */
export interface Transaction {
  /** One nft transaction; the change is in force when it has committed. */
  readonly apply: string;
  /** One nft transaction to follow, a moment later; undefined when nothing is left to do. */
  readonly sweep: string | undefined;
  /** Whether some of what it allows is allowed by the sweep only: then it is in force when that has committed, too. */
  readonly late: boolean;
  /** Whether it forbids anything that was allowed, so that connections are judged anew. */
  readonly narrows: boolean;
  /** The generation in force once both are done. */
  readonly generation: number;
}

/** What the kernel already holds from earlier processes: 0 and 0 when it holds nothing. */
export interface Start {
  /** One more than the epoch in chain `state`: ids of two processes never meet. */
  readonly epoch: number;
  /** The last generation that connections may be marked with. */
  readonly generation: number;
}

/** Keeps the ruleset of one node and tells each change of it as an nft transaction. */
export class NodeCompiler {
  readonly #options: NodeOptions;
  readonly #ids: IdSource;
  #state: NodeState;
  #generation: number;
  /** Ids below it are of earlier loads. */
  #oldest: number;
  /** Whether the kernel holds no older table. */
  #isFirst: boolean;
  /** The epoch that chain `state` tells. */
  #epoch: number;

  constructor(options: NodeOptions, { epoch, generation }: Start) {
    this.#options = options;
    this.#ids = new IdSource(epoch);
    this.#oldest = this.#ids.next;
    this.#epoch = this.#ids.epoch;
    this.#state = new NodeState(options.name, this.#ids);
    this.#generation = generation;
    this.#isFirst = generation === 0;
  }

  /** The generation in force after the last transaction and its sweep. */
  get generation(): number {
    return this.#generation;
  }

  /** Everything from this cluster, and what DNS answers told; valid on an empty kernel and over an older table. */
  load(cluster: Cluster, answers: readonly DnsAnswer[] = []): Transaction {
    this.#oldest = this.#ids.next;
    this.#state = new NodeState(this.#options.name, this.#ids);
    this.#state.apply({ ...allOf(cluster), answers });
    takeAsProgrammed(this.#state, this.#options);
    this.#epoch = this.#ids.epoch;
    // packets on their way carry ids of the older table: they must find its cells, not defaults of this one
    const keepsCells = !this.#isFirst;
    this.#isFirst = false;
    return this.#refill(keepsCells);
  }

  /** Everything again from memory, for a kernel that lost it or was meddled with. */
  reload(): Transaction {
    return this.#refill(false);
  }

  /** `keepsCells`: the sweep empties the maps of cells, and not `apply`. */
  #refill(keepsCells: boolean): Transaction {
    const shapes = setShapes(this.#options);
    const kept = keepsCells ? shapes.filter(isOfCells) : [];
    this.#generation = nextGeneration(this.#generation);
    const elements = new ElementChanges();
    eachElement(this.#state, this.#options, (set, key, value) => elements.add(set, key, value));
    const apply = refillText(this.#chains(), shapes, elements, kept);
    // blocks follow the rest a moment later: who was let in by the old ones is judged once more
    this.#generation = nextGeneration(this.#generation);
    const sweep =
      refillSetsText(kept, elements) +
      changeText(new ElementChanges(), generationChains(this.#generation));
    return { apply, sweep, late: false, narrows: true, generation: this.#generation };
  }

  /** Undefined when the change means nothing to this node. */
  update(change: ClusterChange): Transaction | undefined {
    return this.#transaction(this.#state.apply(change));
  }

  /**
   * Some of what earlier changes left to be merged in interval sets, which takes the kernel long, so that it
   * is better done when nothing else is: to be asked for until it is undefined. Changes no verdict.
   */
  tidy(): Transaction | undefined {
    for (;;) {
      const change = this.#state.tidy();
      if (change === undefined) return undefined;
      const transaction = this.#transaction(change);
      if (transaction !== undefined) return transaction;
    }
  }

  #transaction(change: StateChange): Transaction | undefined {
    const { tiers } = this.#state;
    const didAsk = tiers.isAsked;
    const { apply, sweep, narrows, late } = deltaOf(this.#state, change, this.#options, this.#ids);
    if (apply.isEmpty && sweep.isEmpty && !narrows) return undefined;
    const rewritten = narrows ? this.#nextGeneration() : [];
    if (tiers.isAsked !== didAsk) rewritten.push(...askingChains(this.#options, this.#moment()));
    if (this.#ids.epoch !== this.#epoch) {
      this.#epoch = this.#ids.epoch;
      // ids may have begun again from the lowest: then none is too old
      if (this.#ids.next < this.#oldest) this.#oldest = 0;
      rewritten.push(...this.#chains().filter(({ hook }) => hook === undefined));
    }
    const applyText = changeText(apply, rewritten);
    const again =
      narrows &&
      FAMILIES.some(
        (family) => apply.touches(blocksOf(family)) || apply.touches(ruledBlocksOf(family)),
      );
    const swept = again ? this.#nextGeneration() : [];
    return {
      late,
      apply: applyText,
      sweep: sweep.isEmpty && !again ? undefined : changeText(sweep, swept),
      narrows,
      generation: this.#generation,
    };
  }

  /** What the kernel holds once all transactions and their sweeps have run. */
  ruleset(): Ruleset {
    return {
      table: TABLE,
      chains: this.#chains(),
      sets: setsOf(this.#state, this.#options),
    };
  }

  /** The same, with a word on what each element stands for, for people. */
  annotatedRuleset(): Ruleset {
    const ruleset = this.ruleset();
    return { ...ruleset, sets: annotated(ruleset.sets, this.#state) };
  }

  #chains(): Chain[] {
    return chainsOf(this.#options, this.#moment());
  }

  #moment(): Moment {
    return {
      generation: this.#generation,
      epoch: this.#epoch,
      oldest: this.#oldest,
      asksTiers: this.#state.tiers.isAsked,
    };
  }

  #nextGeneration(): Chain[] {
    this.#generation = nextGeneration(this.#generation);
    return generationChains(this.#generation);
  }
}

/** The ruleset of one node, in one shot, with a word on what each element stands for. */
export function compile(cluster: Cluster, options: NodeOptions): Ruleset {
  const compiler = new NodeCompiler(options, { epoch: 0, generation: 0 });
  compiler.load(cluster);
  return compiler.annotatedRuleset();
}
