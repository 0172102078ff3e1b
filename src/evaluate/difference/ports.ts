import { PROTOCOLS, hasPort, subtractPorts, unionPorts } from '../../model/port-set.ts';
import type { Port } from '../verdict/verdict.ts';
import type { Passing } from './rows.ts';

/** Ports whose answers changed: where each run of them begins, and the bounds inside. */
export function changedPorts(
  before: Passing,
  after: Passing,
  bounds: readonly Port[] = [],
): Port[] {
  const [was, is] = [before, after].map(({ certain, depends }) => unionPorts(certain, depends));
  const changed = [
    subtractPorts(is!, was!),
    subtractPorts(was!, is!),
    subtractPorts(after.certain, before.certain),
    subtractPorts(before.certain, after.certain),
  ];
  const samples = new Map<string, Port>();
  const add = (port: Port): void => void samples.set(`${port.protocol} ${port.number}`, port);
  for (const set of changed) {
    for (const protocol of PROTOCOLS)
      set[protocol].forEach((number, i) => i % 2 === 0 && add({ protocol, number }));
    if (set.other) add({ protocol: 'other', number: 0 });
    for (const port of bounds) if (hasPort(set, port.protocol, port.number)) add(port);
  }
  return [...samples.values()];
}
