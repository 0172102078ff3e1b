import { formatAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';

/** That a DNS answer led from a name to an address, and how long that may be relied on. */
export interface DnsAnswer {
  /** The name that was asked for, lower case and without a final dot: an answer's CNAMEs lead on from it (C24). */
  readonly name: string;
  readonly address: Address;
  /** In milliseconds since 1970: new connections may begin until then (C23). */
  readonly until: number;
}

/** An address that answers led to. */
export interface NamedAddress {
  readonly address: Address;
  /** Until when it has each of its names. */
  readonly names: ReadonlyMap<string, number>;
}

/** How long after the end of a name connections to its address go on over other changes: a day. */
export const LASTING = 86_400_000;

/** How many addresses are remembered; those heard of longest ago are forgotten first. */
const MOST_ADDRESSES = 16_384;

/** Which names addresses have, as DNS answers told. */
export class LearnedNames {
  readonly #byAddress = new Map<string, { address: Address; names: Map<string, number> }>();

  #isFresh = false;

  get size(): number {
    return this.#byAddress.size;
  }

  /** Whether an address has, or had, a name; by its text. */
  has(address: string): boolean {
    return this.#byAddress.has(address);
  }

  /** Whether anything was learned since the last call. */
  takeFresh(): boolean {
    const isFresh = this.#isFresh;
    this.#isFresh = false;
    return isFresh;
  }

  /** Whether an answer says something that was not known. */
  learn({ name, address, until }: DnsAnswer): boolean {
    const key = formatAddress(address);
    const one = this.#byAddress.get(key) ?? { address, names: new Map<string, number>() };
    if ((one.names.get(name) ?? 0) >= until) return false;
    one.names.set(name, until);
    this.#isFresh = true;
    this.#byAddress.delete(key);
    this.#byAddress.set(key, one);
    for (const oldest of this.#byAddress.keys()) {
      if (this.#byAddress.size <= MOST_ADDRESSES) break;
      this.#byAddress.delete(oldest);
    }
    return true;
  }

  /** Forgets names that ended so long ago that no connection goes on for them. */
  forget(now: number): void {
    for (const [key, { names }] of this.#byAddress) {
      for (const [name, until] of names) if (until + LASTING <= now) names.delete(name);
      if (names.size === 0) this.#byAddress.delete(key);
    }
  }

  all(): Iterable<NamedAddress> {
    return this.#byAddress.values();
  }
}

/** Whether an entry of `domainNames` is for a name: it itself, or with `*.` every name below it (C21). */
export function isNameOf(entry: string, name: string): boolean {
  return entry === name || (entry.startsWith('*.') && name.endsWith(entry.slice(1)));
}
