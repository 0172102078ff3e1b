import { expect, test } from 'vitest';
import {
  addressRange,
  ALL_ADDRESSES,
  parseBlock,
  subtractAddresses,
  unionAddresses,
} from '../../src/model/address-set.ts';
import type { AddressSet } from '../../src/model/address-set.ts';
import { outsideName } from '../../src/report/words/outside-name.ts';

function blocks(...cidrs: string[]): AddressSet {
  return unionAddresses(
    cidrs.map((cidr) => {
      const { family, low, high } = parseBlock(cidr)!;
      return addressRange(family, low, high);
    }),
  );
}

function allBut(...cidrs: string[]): AddressSet {
  return subtractAddresses(ALL_ADDRESSES, blocks(...cidrs));
}

const CASES: [name: string, set: AddressSet, whole?: AddressSet][] = [
  ['internet', ALL_ADDRESSES],
  ['internet (IPv4)', blocks('0.0.0.0/0')],
  ['internet (IPv6)', blocks('::/0')],
  ['internet except 10.0.0.0/8', allBut('10.0.0.0/8')],
  [
    'internet (IPv4) except 10.0.0.0/8, 192.168.0.0/16',
    subtractAddresses(blocks('0.0.0.0/0'), blocks('10.0.0.0/8', '192.168.0.0/16')),
  ],
  ['10.0.0.0/8', blocks('10.0.0.0/8')],
  ['10.0.0.7', blocks('10.0.0.7/32')],
  ['10.0.0.0/8, 2001:db8::/32', blocks('10.0.0.0/8', '2001:db8::/32')],
  ['10.0.0.0/24 except 10.0.0.7', subtractAddresses(blocks('10.0.0.0/24'), blocks('10.0.0.7/32'))],
  ['10.0.0.3-10.0.0.9', addressRange(4, 0x0a00_0003n, 0x0a00_0009n)],
  // where pods are there is no outside, so it is not missed
  ['internet', allBut('10.244.0.0/16'), allBut('10.244.0.0/16')],
  [
    '10.0.0.0/8',
    subtractAddresses(blocks('10.0.0.0/8'), blocks('10.244.0.0/16')),
    allBut('10.244.0.0/16'),
  ],
  [
    '1.0.0.0, 3.0.0.0, 5.0.0.0, 7.0.0.0, 9.0.0.0 and 2 more ranges',
    blocks(...[1, 3, 5, 7, 9, 11, 13].map((first) => `${first}.0.0.0/32`)),
  ],
];

test('outside addresses are called what people call them', () => {
  for (const [name, set, whole = ALL_ADDRESSES] of CASES)
    expect(outsideName(set, whole)).toBe(name);
});
