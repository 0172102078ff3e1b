import { setTimeout as sleep } from 'node:timers/promises';
import type { Transaction } from '../compile/transaction/compiler.ts';
import type { Nft } from '../kernel/nft/nft.ts';

/**
 * How long, in milliseconds, a packet may be on its way through the rules, with much to spare: what it may
 * still look up is not swept before.
 */
const IN_FLIGHT = 2;

/** Writes transactions to the kernel in their order: each sweep after its own apply and before the next. */
export class Writer {
  readonly #nft: Nft;
  #sweep: string | undefined;
  /** When the last transaction was in force, by the clock of `performance.now`. */
  #applied = -Infinity;
  /** When the last one was that may have raised the generation. */
  #renewed = -Infinity;

  constructor(nft: Nft) {
    this.#nft = nft;
  }

  get hasSweep(): boolean {
    return this.#sweep !== undefined;
  }

  /** Brings it into force; what the one before left to sweep goes with it. Rejects as {@link Nft.run}. */
  async apply({ apply, sweep, late, narrows }: Transaction): Promise<void> {
    // the kernel keeps the rules of two moments: of two generations close behind each other, the second
    // would stamp a packet that was judged before the first
    if (this.#sweep !== undefined) await graceAfter(this.#applied);
    else if (narrows) await graceAfter(this.#renewed);
    const commands = this.#sweep === undefined ? apply : `${this.#sweep}\n${apply}`;
    const renews = narrows || this.#sweep !== undefined;
    await this.#run(commands, sweep, renews);
    if (late) await this.sweep();
  }

  /**
   * Brings into force what replaces everything, whatever there is; `first` goes before it. What was left to
   * sweep is so no more, even when this is refused.
   */
  async replace({ apply, sweep }: Transaction, first = ''): Promise<void> {
    this.#sweep = undefined;
    await graceAfter(this.#renewed);
    await this.#run(`${first}${apply}`, sweep, true);
  }

  async #run(commands: string, sweep: string | undefined, renews: boolean): Promise<void> {
    await this.#nft.run(commands);
    this.#applied = performance.now();
    if (renews) this.#renewed = this.#applied;
    this.#sweep = sweep;
  }

  /** Sweeps what the last apply left, if anything. */
  async sweep(): Promise<void> {
    if (this.#sweep === undefined) return;
    await graceAfter(this.#applied);
    const commands = this.#sweep;
    this.#sweep = undefined;
    await this.#run(commands, undefined, true);
  }
}

/** Resolves once no packet is on its way that was before a moment, by the clock of `performance.now`. */
async function graceAfter(moment: number): Promise<void> {
  const left = (): number => moment + IN_FLIGHT - performance.now();
  // a timer counts whole milliseconds from some moment before it is set, and may be early
  while (left() > 0) await sleep(Math.ceil(left()));
}
