import type { Unknown } from '../../evaluate/verdict/verdict.ts';
import { isAllPorts, isEvery, isNoPorts, PROTOCOLS } from '../../model/port-set.ts';
import type { PortBounds, PortSet } from '../../model/port-set.ts';
import type { Value } from '../words/notation.ts';
import { unknownWords } from '../words/side-words.ts';
import type { Letting } from './view.ts';

/** How certain a listed connection is. */
export type Certainty = 'allowed' | 'depends';

/** Ports that one kind of certainty goes for. */
export interface Opening {
  readonly certainty: Certainty;
  readonly ports: PortSet;
  /** What an uncertain one depends on; empty for an allowed one. */
  readonly because: string;
  readonly unknowns: readonly Unknown[];
}

/** What a cell lets through, at most one opening of each certainty. */
export function openingsOf({ allowed, depends, unknowns }: Letting): Opening[] {
  const openings: Opening[] = [];
  if (!isNoPorts(allowed))
    openings.push({ certainty: 'allowed', ports: allowed, because: '', unknowns: [] });
  if (!isNoPorts(depends))
    openings.push({ certainty: 'depends', ports: depends, because: becauseOf(unknowns), unknowns });
  return openings;
}

/** What something uncertain depends on, as one clause. */
export function becauseOf(unknowns: readonly Unknown[]): string {
  return unknowns.map(unknownWords).join('; and ');
}

/** Ports in the documented form: `all`, or ranges of each protocol; `other` has none. */
export function portsValue(ports: PortSet): Value {
  if (isAllPorts(ports)) return 'all';
  const list: Value[] = [];
  for (const protocol of PROTOCOLS) {
    if (ports[protocol].length > 0) list.push({ protocol, ranges: pairs(ports[protocol]) });
  }
  if (ports.other) list.push({ protocol: 'other', ranges: [] });
  return list;
}

/** Protocol and ports for each line of a CSV: `TCP` and `80 8000-9000`, `all` and `all`, `other` and nothing. */
export function portCells(ports: PortSet): (readonly [protocol: string, ports: string])[] {
  if (isAllPorts(ports)) return [['all', 'all']];
  const cells: (readonly [string, string])[] = [];
  for (const protocol of PROTOCOLS) {
    const bounds = ports[protocol];
    if (bounds.length === 0) continue;
    const ranges = pairs(bounds).map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`));
    cells.push([protocol, isEvery(bounds) ? 'all' : ranges.join(' ')]);
  }
  if (ports.other) cells.push(['other', '']);
  return cells;
}

function pairs(bounds: PortBounds): [number, number][] {
  const list: [number, number][] = [];
  for (let i = 0; i < bounds.length; i += 2) list.push([bounds[i]!, bounds[i + 1]!]);
  return list;
}
