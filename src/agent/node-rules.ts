import type { ClusterChange } from '../compile/matrix/change.ts';
import { policyKey } from '../compile/matrix/policy-record.ts';
import { clusterPolicyKey } from '../compile/matrix/tier-rules.ts';
import { TABLE } from '../compile/ruleset/set-names.ts';
import type { NodeCompiler, Start, Transaction } from '../compile/transaction/compiler.ts';
import { HostError } from '../kernel/host/host-error.ts';
import { NftRefusal } from '../kernel/nft/nft.ts';
import type { Nft } from '../kernel/nft/nft.ts';
import type { Cluster } from '../model/cluster.ts';
import { findGuilty } from './guilty.ts';
import { KnownCluster } from './known-cluster.ts';
import { readRunningState, startAfter } from './running-state.ts';
import type { RunningState } from './running-state.ts';
import { Writer } from './writer.ts';

/** Deletes the table whether it is there or not. */
export const DELETE_TABLE = `add table inet ${TABLE}\ndelete table inet ${TABLE}\n`;

/** What is asked of a compiler. */
export type Compiler = Pick<NodeCompiler, 'load' | 'update' | 'reload'> &
  Partial<Pick<NodeCompiler, 'tidy'>>;

/** What {@link NodeRules} tells beside its results. */
export interface NodeRulesEvents {
  /** The kernel refused a transaction, or none could be made. */
  onRefused(reason: string): void;
  /** These policies, by key, now isolate their pods and allow nothing (L13). */
  onIsolated(policies: readonly string[], reason: string): void;
}

/** The rules of one node, in the compiler and in the kernel. Its methods are called one at a time. */
export class NodeRules {
  readonly #nft: Nft;
  readonly #compilerFor: (start: Start) => Compiler;
  readonly #events: NodeRulesEvents;
  readonly #writer: Writer;
  #known: KnownCluster | undefined;
  /** Undefined when what it holds cannot be relied on. */
  #compiler: Compiler | undefined;
  #running: RunningState | undefined;
  /** Policies that could not be programmed. */
  #isolating: ReadonlySet<string> = new Set();
  /** Why the last try was refused. */
  #reason = '';

  constructor(nft: Nft, compilerFor: (start: Start) => Compiler, events: NodeRulesEvents) {
    this.#nft = nft;
    this.#compilerFor = compilerFor;
    this.#events = events;
    this.#writer = new Writer(nft);
  }

  /** The generation in force, 0 before anything is. */
  get generation(): number {
    return this.#running?.generation ?? 0;
  }

  get hasSweep(): boolean {
    return this.#writer.hasSweep;
  }

  /** Brings a cluster into force, in place of whatever the table holds. Rejects with {@link HostError}. */
  async start(cluster: Cluster): Promise<void> {
    this.#known = new KnownCluster(cluster);
    if (!(await this.#load(new Set()))) await this.#recover([]);
  }

  /**
   * Brings a change into force; false when it means nothing to this node. Rejects with {@link HostError}
   * when the kernel takes neither it nor a full load; what was in force stays.
   */
  async apply(change: ClusterChange): Promise<boolean> {
    if (this.#known === undefined) throw new Error('the enforcer has not been started');
    this.#known.apply(change);
    const { policies, clusterPolicies } = change;
    const upserted = [
      ...policies.upserted.map(policyKey),
      ...clusterPolicies.upserted.map(clusterPolicyKey),
    ];
    const touched = new Set([...policies.removed, ...clusterPolicies.removed, ...upserted]);
    this.#isolating = new Set([...this.#isolating].filter((key) => !touched.has(key)));
    let silent = false;
    const done = await this.#tried(async () => {
      const transaction = this.#compiler?.update(change);
      silent = this.#compiler !== undefined && transaction === undefined;
      if (transaction !== undefined) await this.#write(transaction);
      return silent || transaction !== undefined;
    });
    if (!done) await this.#recover(upserted);
    return !silent;
  }

  /** Brings everything into force again. Rejects as {@link apply} does. */
  async reload(): Promise<void> {
    if (this.#known === undefined) throw new Error('the enforcer has not been started');
    if (!(await this.#reload())) await this.#recover([]);
  }

  /**
   * Removes what packets on their way no longer need. True when that was refused, and everything was brought
   * into force again; that leaves something to sweep in turn. Rejects as {@link apply} does.
   */
  async sweep(): Promise<boolean> {
    if (await this.#tried(() => this.#writer.sweep())) return false;
    await this.#recover([]);
    return true;
  }

  /**
   * Merges some of what earlier changes left apart in interval sets; false when nothing is left to do. Rejects
   * as {@link apply} does.
   */
  async tidy(): Promise<boolean> {
    let silent = false;
    const done = await this.#tried(async () => {
      const transaction = this.#compiler?.tidy?.();
      silent = transaction === undefined;
      if (transaction !== undefined) await this.#write(transaction);
    });
    if (!done) await this.#recover([]);
    return !silent;
  }

  async #write(transaction: Transaction): Promise<void> {
    await this.#writer.apply(transaction);
    this.#running = { ...this.#running!, generation: transaction.generation };
  }

  #reload(): Promise<boolean> {
    return this.#tried(async () => {
      const transaction = this.#compiler?.reload();
      if (transaction === undefined) return false;
      await this.#writer.replace(transaction);
      this.#running = { ...this.#running!, generation: transaction.generation };
    });
  }

  /** Everything by a new compiler; `first` goes before it in the same transaction. */
  #load(isolating: ReadonlySet<string>, first = ''): Promise<boolean> {
    return this.#tried(async () => {
      // The compiler before may have used up its epoch and gone on to the next.
      const told = await readRunningState(this.#nft, TABLE);
      const running =
        told === undefined ? this.#running : { ...told, ...this.#running, epoch: told.epoch };
      const start = startAfter(running, this.#nft);
      const compiler = this.#compilerFor(start);
      const transaction = compiler.load(this.#known!.toCluster(isolating), this.#known!.answers());
      await this.#writer.replace(transaction, first);
      this.#compiler = compiler;
      this.#isolating = isolating;
      this.#running = { epoch: start.epoch, generation: transaction.generation };
    });
  }

  /** Whether the work was done. Only what the host cannot do at all is thrown. */
  async #tried(work: () => Promise<boolean | void>): Promise<boolean> {
    try {
      return (await work()) !== false;
    } catch (error) {
      if (error instanceof HostError) throw error;
      if (!(error instanceof NftRefusal)) this.#compiler = undefined;
      this.#reason = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  /**
   * After a refusal: a full reload, another by a new compiler, one that makes the table anew; then without
   * the rules of those policies that the kernel cannot take.
   */
  async #recover(suspects: readonly string[]): Promise<void> {
    this.#events.onRefused(this.#reason);
    const isolating = this.#isolating;
    if (await this.#reload()) return;
    if (await this.#load(isolating)) return;
    if (await this.#load(isolating, DELETE_TABLE)) return;
    for (const some of [suspects, this.#known!.policyKeys]) {
      if (some.length > 0 && (await this.#load(new Set([...isolating, ...some])))) {
        return this.#putAside(some, isolating);
      }
    }
    // What the compiler holds is not what the kernel holds: the next change begins with a full load.
    this.#compiler = undefined;
    throw new HostError(`the rules of this node cannot be changed: ${this.#reason}`);
  }

  async #putAside(suspects: readonly string[], isolating: ReadonlySet<string>): Promise<void> {
    const accepts = (aside: readonly string[]): Promise<boolean> =>
      this.#load(new Set([...isolating, ...aside]));
    const guilty = await findGuilty(suspects, accepts);
    // The last that was tried in the search may have been refused.
    await accepts(guilty);
    if (guilty.length > 0) this.#events.onIsolated(guilty, this.#reason);
  }
}
