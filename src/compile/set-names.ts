import type { Family } from '../model/address.ts';
import type { Direction } from '../model/policy.ts';

/** The table all is in, of family `inet`. */
export const TABLE = 'sluice';

/** How directions begin the names of chains and sets. */
export const SHORT: Readonly<Record<Direction, 'in' | 'eg'>> = { ingress: 'in', egress: 'eg' };

export const peersOf = (family: Family): string => `peers${family}`;
export const blocksOf = (family: Family): string => `blocks${family}`;
export const knownOf = (family: Family): string => `known${family}`;
export const podCidrsOf = (family: Family): string => `podcidr${family}`;
export const sourcesOf = (family: Family): string => `sources${family}`;
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
