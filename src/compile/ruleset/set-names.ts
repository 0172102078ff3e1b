import type { Family } from '../../model/address.ts';
import type { Direction } from '../../model/policy.ts';

/** The table all is in, of family `inet`. */
export const TABLE = 'sluice';

/** How directions begin the names of chains and sets. */
export const SHORT: Readonly<Record<Direction, 'in' | 'eg'>> = { ingress: 'in', egress: 'eg' };

export const peersOf = (family: Family): string => `peers${family}`;
export const blocksOf = (family: Family): string => `blocks${family}`;
export const knownOf = (family: Family): string => `known${family}`;
export const podCidrsOf = (family: Family): string => `podcidr${family}`;
export const sourcesOf = (family: Family): string => `sources${family}`;
/** Which TCP connections were judged and allowed lately. */
export const recentOf = (family: Family): string => `recent${family}`;
export const unknownOf = (family: Family): string => `unknown${family}`;
export const podsOf = (direction: Direction, family: Family): string =>
  `${SHORT[direction]}_pods${family}`;
export const cellsOf = (direction: Direction, family: Family): string =>
  `${SHORT[direction]}_cells${family}`;
export const deniedOf = (direction: Direction, family: Family): string =>
  `denied_${SHORT[direction]}${family}`;
/** Single ports, and those that are ranges. */
export const PORTS = 'ports';
export const PORT_RANGES = 'port_ranges';
export const OTHERS = 'others';

/** Which profile a local pod is of, by what the tiers around NetworkPolicy say for it. */
export const tiersOf = (direction: Direction, family: Family): string =>
  `${SHORT[direction]}_tiers${family}`;
/** What they say for a profile of a pod's address. */
export const ruledOf = (direction: Direction, family: Family): string =>
  `${SHORT[direction]}_ruled${family}`;
/** What they say for a profile of all other addresses: of clients alike, of servers by address. */
export const RULED_CLIENTS = 'in_ruled_others';
export const ruledBlocksOf = (family: Family): string => `eg_ruled_blocks${family}`;
/** What they say of an address while it has the names that DNS answers gave it, and for connections of before. */
export const namedOf = (family: Family): string => `eg_named${family}`;
export const lastingOf = (family: Family): string => `eg_lasting${family}`;
/** Of which families connections are to be asked about: for packets that met rules which do not ask yet. */
export const TIERED = 'tiered';
/** What a ruling says of a port, and of protocols without ports. */
export const RULINGS = 'rulings';
export const RULING_OTHERS = 'ruling_others';
