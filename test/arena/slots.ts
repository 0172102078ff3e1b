import type { StandPort } from '../../src/lab/sockets/attempt.ts';
import { addressRange, parseBlock, unionAddresses } from '../../src/model/address-set.ts';
import { parseAddress } from '../../src/model/address.ts';
import type { Address, Family } from '../../src/model/address.ts';
import { NODES, PORTS, PROTOCOLS } from '../generators/vocabulary.ts';

/** A pod that is always there, for whichever pod of a generated cluster plays in it. */
export interface Slot {
  readonly name: string;
  readonly node: string;
  readonly addresses: Readonly<Record<Family, string>>;
}

/** How many there are; five on each of three nodes. */
const SLOTS = 15;

/**
 * The slots. Those of the first node have the addresses that most blocks of the generated policies are
 * about, and blocks part them; larger blocks part the nodes.
 */
export const ALL_SLOTS: readonly Slot[] = Array.from({ length: SLOTS }, (_, i) => {
  const node = i % NODES.length;
  const n = Math.floor(i / NODES.length) + 1;
  return {
    name: `slot-${i + 1}`,
    node: NODES[node]!,
    addresses: {
      4: `10.244.${node}.${n}`,
      6: node === 0 ? `fd00:244::${n}` : `fd00:244:0:${node}::${n}`,
    },
  };
});

/** The one address of each family that each node has; as the generated clusters write them. */
export const NODE_ADDRESSES: ReadonlyMap<string, Readonly<Record<Family, string>>> = new Map(
  NODES.map((name, i) => [name, { 4: `192.0.2.${i + 1}`, 6: `2001:db8:1::${i + 1}` }]),
);

/** Where all pods' addresses come from. */
export const POD_NETWORK = ['10.244.0.0/16', 'fd00:244::/60'] as const;

/** What each slot listens on; all other ports refuse. */
export const SLOT_PORTS: readonly StandPort[] = PROTOCOLS.flatMap((protocol) =>
  PORTS.map((number) => ({ protocol, number })),
);

// What cannot come from, or go to, a host outside: special ranges of IPv4 and IPv6, multicast, the pod
// network itself, the nodes, and where a lab has its own links and Services.
const UNUSABLE = unionAddresses(
  [
    ...POD_NETWORK,
    '0.0.0.0/8',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '224.0.0.0/3',
    '192.0.2.1/32',
    '192.0.2.2/32',
    '192.0.2.3/32',
    '10.96.0.0/16',
    '::/8',
    'fe80::/9',
    'ff00::/8',
    '2001:db8:1::1/128',
    '2001:db8:1::2/127',
    'fd00:10:96::/112',
  ].map((cidr) => {
    const { family, low, high } = parseBlock(cidr)!;
    return addressRange(family, low, high);
  }),
);

/** Whether the outside host can be at this address. */
export function isOutside({ family, value }: Address): boolean {
  const bounds = UNUSABLE[family];
  return !bounds.some((low, i) => i % 2 === 0 && low <= value && value <= bounds[i + 1]!);
}

/** The text of an address of a slot or node, parsed. */
export function addressesOf(own: Readonly<Record<Family, string>>): readonly Address[] {
  return [own[4], own[6]].map((text) => parseAddress(text)!);
}
