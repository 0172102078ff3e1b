import type { ClusterChange } from '../compile/matrix/change.ts';
import type { NodeOptions } from '../compile/ruleset/node.ts';
import { TABLE } from '../compile/ruleset/set-names.ts';
import { NodeCompiler } from '../compile/transaction/compiler.ts';
import type { Start } from '../compile/transaction/compiler.ts';
import { Queue } from '../kernel/host/queue.ts';
import type { ForeignChange } from '../kernel/nft/events.ts';
import type { Nft } from '../kernel/nft/nft.ts';
import type { Cluster } from '../model/cluster.ts';
import type { EnforcerEvent } from './enforcer-event.ts';
import { mergeChanges } from './merged-change.ts';
import { DELETE_TABLE, NodeRules } from './node-rules.ts';
import type { Compiler } from './node-rules.ts';
import { TableGuard } from './table-guard.ts';

export interface EnforcerOptions {
  /** Told what happens; it must not throw. */
  onEvent?(event: EnforcerEvent): void;
  /** Makes the compilers, where not those of the project are wanted. */
  compilerFor?(node: NodeOptions, start: Start): Compiler;
}

/** Milliseconds from a change to its sweep when no other change comes before; longer after each refused. */
const SWEEP_AFTER = 25;
/** Milliseconds without any change after which there is time to tidy up. */
const TIDY_AFTER = 2000;
const FIRST_RETRY = 1000;
const LONGEST = 30_000;

interface Waiting {
  readonly change: ClusterChange;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Keeps the policies of a cluster in force on one node. What it does to the kernel is one piece of work
 * after the other; what fails leaves in force what was.
 */
export class Enforcer {
  readonly #nft: Nft;
  readonly #tell: (event: EnforcerEvent) => void;
  readonly #rules: NodeRules;
  readonly #work = new Queue();
  #started = false;
  #waiting: Waiting[] = [];
  #guard: TableGuard | undefined;
  #sweepTimer: NodeJS.Timeout | undefined;
  #sweepAfter = SWEEP_AFTER;
  #tidyTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #retryAfter = FIRST_RETRY;

  constructor(node: NodeOptions, nft: Nft, options: EnforcerOptions = {}) {
    this.#nft = nft;
    this.#tell = (event) => options.onEvent?.(event);
    const compilerFor = (start: Start): Compiler =>
      options.compilerFor?.(node, start) ?? new NodeCompiler(node, start);
    this.#rules = new NodeRules(nft, compilerFor, {
      onRefused: (reason) => this.#tell({ kind: 'refused', reason }),
      onIsolated: (policies, reason) => this.#tell({ kind: 'isolated', policies, reason }),
    });
  }

  /**
   * Resolves when the policies of the cluster are in force, in place of whatever the table held. Rejects
   * with {@link HostError} when the kernel takes nothing; then nothing has changed.
   */
  start(cluster: Cluster): Promise<void> {
    this.#started = true;
    return this.#work.add(async () => {
      this.#guard = new TableGuard(this.#nft, TABLE, {
        onForeign: (change, noticed) => void this.#work.add(() => this.#repair(change, noticed)),
        onBlind: (reason) => this.#tell({ kind: 'unwatched', reason }),
      });
      await this.#timed(0, () => this.#rules.start(cluster));
    });
  }

  /**
   * Resolves when the change is in force; changes that wait for the kernel at the same time go in one
   * transaction. Rejects when the kernel takes neither it nor a full load, which is tried again later.
   */
  async update(change: ClusterChange): Promise<void> {
    if (!this.#started) throw new Error('an enforcer is started before it is updated');
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      this.#work.add(() => this.#applyWaiting()).catch(reject);
    });
  }

  /** Resolves when the changes told so far are in force and what they left is swept. */
  settle(): Promise<void> {
    return this.#work.add(() => this.#sweep());
  }

  /** Ends the work; the rules stay in force. */
  async close(): Promise<void> {
    this.#guard?.close();
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#sweepTimer);
    clearTimeout(this.#tidyTimer);
    await this.settle().catch(() => {});
    this.#work.close(new Error('the enforcer is closed'));
  }

  /** Ends the work and deletes the table: nothing is enforced any more. */
  async uninstall(): Promise<void> {
    await this.close();
    await this.#nft.run(DELETE_TABLE);
  }

  async #applyWaiting(): Promise<void> {
    const batch = this.#waiting.splice(0);
    if (batch.length === 0) return;
    try {
      const change = mergeChanges(batch.map((one) => one.change));
      await this.#timed(batch.length, () => this.#rules.apply(change));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      this.#retryLater(error);
      for (const { reject } of batch) reject(error);
    }
  }

  async #repair(change: ForeignChange, noticed: number): Promise<void> {
    try {
      await this.#timed(0, () => this.#rules.reload());
      this.#tell({ kind: 'repaired', change, milliseconds: performance.now() - noticed });
    } catch (error) {
      this.#retryLater(error);
    }
  }

  /** Tells how long the work took, and sees to the sweep that it left. */
  async #timed(changes: number, work: () => Promise<boolean | void>): Promise<void> {
    const began = performance.now();
    const changed = await work();
    if (changed === false) return;
    this.#retryAfter = FIRST_RETRY;
    clearTimeout(this.#retryTimer);
    const { generation } = this.#rules;
    this.#tell({ kind: 'applied', generation, changes, milliseconds: performance.now() - began });
    clearTimeout(this.#sweepTimer);
    clearTimeout(this.#tidyTimer);
    this.#tidyTimer = setTimeout(() => {
      this.#work.add(() => this.#tidy()).catch((error: unknown) => this.#retryLater(error));
    }, TIDY_AFTER);
    if (this.#rules.hasSweep) {
      this.#sweepTimer = setTimeout(() => {
        this.#work.add(() => this.#sweep()).catch((error: unknown) => this.#retryLater(error));
      }, this.#sweepAfter);
    }
  }

  #sweep(): Promise<void> {
    return this.#timed(0, async () => {
      const refused = await this.#rules.sweep();
      this.#sweepAfter = refused ? Math.min(2 * this.#sweepAfter, LONGEST) : SWEEP_AFTER;
      return refused;
    });
  }

  /** One step, which comes back for the next one when nothing else has come by then. */
  #tidy(): Promise<void> {
    return this.#timed(0, () => this.#rules.tidy());
  }

  #retryLater(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const retryMilliseconds = this.#retryAfter;
    this.#tell({ kind: 'failed', reason, retryMilliseconds });
    this.#retryAfter = Math.min(2 * retryMilliseconds, LONGEST);
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => {
      const again = (): Promise<void> => this.#timed(0, () => this.#rules.reload());
      this.#work.add(again).catch((error: unknown) => this.#retryLater(error));
    }, retryMilliseconds);
  }
}
