import {
  containsAddress,
  parseBlock,
  addressRange,
  unionAddresses,
} from '../../model/address-set.ts';
import type { Address } from '../../model/address.ts';

/** What no host of a lab can have: RFC 6890 special purposes, and what the lab's own wiring uses. */
const UNUSABLE = unionAddresses(
  [
    '0.0.0.0/8',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '224.0.0.0/3',
    '::/127',
    'fe80::/10',
    'ff00::/8',
  ].map((cidr) => {
    const { family, low, high } = parseBlock(cidr)!;
    return addressRange(family, low, high);
  }),
);

/** Why a host cannot have an address, as a clause; undefined when it can. */
export function usableAddress(address: Address): string | undefined {
  return containsAddress(UNUSABLE, address) ? 'is no address a host can have' : undefined;
}
