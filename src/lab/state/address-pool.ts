import type { Block } from '../../model/address-set.ts';
import { formatAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';

/** The addresses of a lab: who has which, and which is free. */
export class AddressPool {
  readonly #owners = new Map<string, string>();
  readonly #next = new Map<string, bigint>();

  /** Gives an address to someone; false when someone else has it. */
  claim(address: Address, owner: string): boolean {
    const key = formatAddress(address);
    const other = this.#owners.get(key);
    if (other !== undefined && other !== owner) return false;
    this.#owners.set(key, owner);
    return true;
  }

  /** Who has an address. */
  ownerOf(address: Address): string | undefined {
    return this.#owners.get(formatAddress(address));
  }

  /**
   * Gives the lowest free address of a block, its first and its last left out; undefined when the block
   * is full.
   */
  take(
    { family, low, high }: Pick<Block, 'family' | 'low' | 'high'>,
    owner: string,
  ): Address | undefined {
    const key = `${family} ${low}`;
    for (let value = this.#next.get(key) ?? low + 1n; value < high; value++) {
      const address: Address = { family, value };
      if (!this.claim(address, owner)) continue;
      this.#next.set(key, value + 1n);
      return address;
    }
    return undefined;
  }
}
