import { HostError } from '../kernel/host/host-error.ts';
import { watchTable } from '../kernel/nft/events.ts';
import type { ForeignChange } from '../kernel/nft/events.ts';
import { NftRefusal } from '../kernel/nft/nft.ts';
import type { Nft } from '../kernel/nft/nft.ts';

/** Milliseconds between looks at the table where its changes are not announced to us. */
const LOOK_EVERY = 500;
/** How many calls in how many milliseconds are made at once; each beyond makes the next wait longer. */
const AT_ONCE = 8;
const RECENT = 10_000;
const WAIT_FOR_EACH = 100;
const LONGEST_WAIT = 900;

export interface GuardEvents {
  /** Somebody changed the table, which was noticed at that time (`performance.now`). */
  onForeign(change: ForeignChange, noticed: number): void;
  /** Why only the absence of the table can be noticed, by looking now and then. */
  onBlind(reason: string): void;
}

/**
 * Notices changes of the table by others, and calls back: at once, but ever later (up to a second) when
 * somebody does not stop, so that two who fight over a table do not fill the machine.
 */
export class TableGuard {
  readonly #events: GuardEvents;
  #stop: () => void;
  #calls: number[] = [];
  #pending: { readonly change: ForeignChange; readonly timer: NodeJS.Timeout } | undefined;

  constructor(nft: Nft, table: string, events: GuardEvents) {
    this.#events = events;
    this.#stop = () => {};
    if (nft.backend === 'memory') return;
    try {
      const watch = watchTable({ netns: nft.netns, table, nft }, (change) => this.#notice(change));
      this.#stop = () => watch.close();
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      events.onBlind(error.message);
      const timer = setInterval(() => void this.#look(nft, table), LOOK_EVERY);
      this.#stop = () => clearInterval(timer);
    }
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#pending?.timer);
    this.#pending = undefined;
  }

  async #look(nft: Nft, table: string): Promise<void> {
    try {
      await nft.list(`list chain inet ${table} state`);
    } catch (error) {
      if (error instanceof NftRefusal) this.#notice({ kind: 'deleted', by: undefined });
    }
  }

  #notice(change: ForeignChange): void {
    if (this.#pending !== undefined) return;
    const now = performance.now();
    this.#calls = this.#calls.filter((time) => now - time < RECENT);
    const beyond = Math.max(0, this.#calls.length - AT_ONCE);
    const wait = Math.min(beyond * WAIT_FOR_EACH, LONGEST_WAIT);
    this.#calls.push(now);
    const call = (): void => {
      this.#pending = undefined;
      this.#events.onForeign(change, now);
    };
    if (wait === 0) call();
    else this.#pending = { change, timer: setTimeout(call, wait) };
  }
}
