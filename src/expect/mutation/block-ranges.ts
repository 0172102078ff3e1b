import { addressRange, parseBlock, unionAddresses } from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import type { Family } from '../../model/address.ts';

/** The addresses of blocks together; what is no block has none. */
export function addressesOfBlocks(cidrs: readonly string[]): AddressSet {
  const blocks = cidrs.map(parseBlock).filter((block) => block !== undefined);
  return unionAddresses(blocks.map(({ family, low, high }) => addressRange(family, low, high)));
}

/** The block that a mistaken CIDR may be widened to; undefined where it is that already, or none. */
export function widened(cidr: string): string | undefined {
  const block = parseBlock(cidr);
  return block === undefined || block.prefix === 0 ? undefined : WHOLE[block.family];
}

/** All addresses of a family. */
const WHOLE: Readonly<Record<Family, string>> = { 4: '0.0.0.0/0', 6: '::/0' };
