import { FAMILIES } from '../model/address.ts';
import type { Family } from '../model/address.ts';
import type { BlockPeer } from '../model/policy.ts';
import { familiesOf, insideBlock } from './endpoint.ts';
import type { AddressEndpoint, AddressView } from './endpoint.ts';

/** The blocks (by number) that hold an endpoint's address, and those that may. */
export interface Membership {
  readonly inside: readonly number[];
  readonly perhaps: readonly number[];
}

/** Tells quickly which of many blocks hold an address: blocks are laid over the sorted addresses once. */
export class BlockIndex {
  readonly #blocks: readonly BlockPeer[];
  readonly #holders: Record<Family, Map<bigint, number[]>> = { 4: new Map(), 6: new Map() };
  readonly #holding = new Map<AddressEndpoint, Membership>();
  readonly #ranges = new Map<string, Membership>();

  /** `points`: every address that will be asked about, in any order. */
  constructor(blocks: readonly BlockPeer[], points: Record<Family, bigint[]>) {
    this.#blocks = blocks;
    for (const family of FAMILIES) {
      const sorted = [...new Set(points[family])].sort((a, b) => (a < b ? -1 : 1));
      const holders = sorted.map((): number[] => []);
      blocks.forEach(({ addresses }, number) => {
        const bounds = addresses[family];
        for (let i = 0; i < bounds.length; i += 2) {
          const high = bounds[i + 1]!;
          for (
            let at = firstFrom(sorted, bounds[i]!);
            at < sorted.length && sorted[at]! <= high;
            at++
          ) {
            holders[at]!.push(number);
          }
        }
      });
      sorted.forEach((value, i) => this.#holders[family].set(value, holders[i]!));
    }
  }

  /** The blocks that hold the addresses, each in the block's own family. */
  membership(view: AddressView): Membership {
    return view.known.length > 0 ? this.#ofKnown(view) : this.#ofRange(view);
  }

  /** The blocks that hold outside addresses that were cut at every border: the first tells for all. */
  holding(endpoint: AddressEndpoint): Membership {
    let membership = this.#holding.get(endpoint);
    if (membership === undefined) {
      const { family, bounds } = endpoint;
      membership = { inside: this.#holders[family].get(bounds[0]!)!, perhaps: [] };
      this.#holding.set(endpoint, membership);
    }
    return membership;
  }

  #ofKnown({ known }: AddressView): Membership {
    if (known.length === 1) {
      return { inside: this.#holders[known[0]!.family].get(known[0]!.value)!, perhaps: [] };
    }
    const inside: number[] = [];
    const perhaps: number[] = [];
    for (const family of FAMILIES) {
      const own = known.filter((address) => address.family === family);
      const counts = new Map<number, number>();
      for (const { value } of own) {
        for (const number of this.#holders[family].get(value)!)
          counts.set(number, (counts.get(number) ?? 0) + 1);
      }
      for (const [number, count] of counts) (count === own.length ? inside : perhaps).push(number);
    }
    return { inside, perhaps };
  }

  /** Where unknown addresses may lie: the same few ranges for all pods. */
  #ofRange(view: AddressView): Membership {
    const families = familiesOf(view);
    const key = families.map((family) => `${family}:${view.range[family].join()}`).join(';');
    let membership = this.#ranges.get(key);
    if (membership === undefined) this.#ranges.set(key, (membership = this.#compare(view)));
    return membership;
  }

  #compare(view: AddressView): Membership {
    const inside: number[] = [];
    const perhaps: number[] = [];
    this.#blocks.forEach((block, number) => {
      const certainty = insideBlock(view, block.addresses, block.family);
      if (certainty === 'yes') inside.push(number);
      else if (certainty === 'depends') perhaps.push(number);
    });
    return { inside, perhaps };
  }
}

function firstFrom(sorted: readonly bigint[], value: bigint): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
