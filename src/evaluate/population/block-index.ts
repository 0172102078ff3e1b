import type { AddressSet } from '../../model/address-set.ts';
import { FAMILIES } from '../../model/address.ts';
import type { Address, Family } from '../../model/address.ts';
import type { BlockPeer } from '../../model/policy.ts';
import { withOne } from '../ids/short-list.ts';
import { insideBlock } from '../verdict/endpoint.ts';
import type { AddressEndpoint, AddressView } from '../verdict/endpoint.ts';

/** The blocks (by number) that hold an endpoint's address, and those that may. */
export interface Membership {
  readonly inside: readonly number[];
  readonly perhaps: readonly number[];
}

/** Tells quickly which of many blocks hold an address: blocks are laid over the sorted addresses once. */
export class BlockIndex {
  readonly #blocks: readonly BlockPeer[];
  readonly #known: Record<Family, Map<bigint, readonly number[]>>;
  readonly #holding = new Map<AddressEndpoint, Membership>();
  readonly #ranges = new Map<AddressSet, Membership>();

  /**
   * `known`: every address of a pod or node, in any order; `outside`: ascending endpoints, each wholly
   * inside or outside every block, so that its first address tells for all.
   */
  constructor(
    blocks: readonly BlockPeer[],
    known: readonly Address[],
    outside: readonly AddressEndpoint[],
  ) {
    this.#blocks = blocks;
    const ofFamily = (family: Family): Map<bigint, readonly number[]> => {
      const values = [
        ...new Set(known.filter((one) => one.family === family).map(({ value }) => value)),
      ];
      values.sort((a, b) => (a < b ? -1 : 1));
      const holders = layOver(blocks, family, values);
      return new Map(values.map((value, i) => [value, holders[i]!]));
    };
    this.#known = { 4: ofFamily(4), 6: ofFamily(6) };
    for (const family of FAMILIES) {
      const own = outside.filter((endpoint) => endpoint.family === family);
      const holders = layOver(
        blocks,
        family,
        own.map(({ bounds }) => bounds[0]!),
      );
      own.forEach((endpoint, i) =>
        this.#holding.set(endpoint, { inside: holders[i]!, perhaps: NONE }),
      );
    }
  }

  /** The blocks that hold the addresses, each in the block's own family. */
  membership(view: AddressView): Membership {
    return view.known.length > 0 ? this.#ofKnown(view) : this.#ofRange(view);
  }

  /** The blocks that hold outside addresses; the endpoint must be one the index was made with. */
  holding(endpoint: AddressEndpoint): Membership {
    return this.#holding.get(endpoint)!;
  }

  #ofKnown({ known }: AddressView): Membership {
    if (known.length === 1) {
      return { inside: this.#known[known[0]!.family].get(known[0]!.value)!, perhaps: [] };
    }
    const inside: number[] = [];
    const perhaps: number[] = [];
    for (const family of FAMILIES) {
      const own = known.filter((address) => address.family === family);
      const counts = new Map<number, number>();
      for (const { value } of own) {
        for (const number of this.#known[family].get(value)!)
          counts.set(number, (counts.get(number) ?? 0) + 1);
      }
      for (const [number, count] of counts) (count === own.length ? inside : perhaps).push(number);
    }
    return { inside, perhaps };
  }

  /** Where unknown addresses may lie: one of two ranges for all pods and nodes. */
  #ofRange(view: AddressView): Membership {
    let membership = this.#ranges.get(view.range);
    if (membership === undefined) this.#ranges.set(view.range, (membership = this.#compare(view)));
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

/** For each of the ascending addresses of a family, the numbers of the blocks that hold it. */
function layOver(
  blocks: readonly BlockPeer[],
  family: Family,
  ascending: readonly bigint[],
): (readonly number[])[] {
  if (ascending.length === 0) return [];
  const holders = ascending.map((): number[] | undefined => undefined);
  blocks.forEach(({ addresses }, number) => {
    const bounds = addresses[family];
    for (let i = 0; i < bounds.length; i += 2) {
      const high = bounds[i + 1]!;
      for (
        let at = firstFrom(ascending, bounds[i]!);
        at < ascending.length && ascending[at]! <= high;
        at++
      ) {
        holders[at] = withOne(holders[at], number);
      }
    }
  });
  return holders.map((list) => list ?? NONE);
}

const NONE: readonly number[] = [];

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
