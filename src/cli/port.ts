import type { Port } from '../evaluate/verdict/verdict.ts';
import { allPortsOf, portRange } from '../model/port-set.ts';
import type { PortSet } from '../model/port-set.ts';
import { parsePortText } from '../model/port-text.ts';
import type { PortText } from '../model/port-text.ts';
import { UsageError } from './exit.ts';

const WRITTEN = 'write 80, 53/UDP, SCTP/7 or 8000-9000';

/** Reads one port: `80` (TCP), `53/UDP`, `UDP/53`, `icmp`. */
export function parsePort(text: string): Port {
  if (/^(?:icmp|other)$/i.test(text)) return { protocol: 'other', number: 0 };
  const { protocol, low, high } = parse(text);
  if (low === undefined || low !== high)
    throw new UsageError(`\`${text}\` is not one port; write 80, 53/UDP or icmp`);
  return { protocol, number: low };
}

/** Reads a port, a range or a whole protocol: `80`, `8000-9000/TCP`, `UDP`. */
export function parsePorts(text: string): PortSet {
  const { protocol, low, high } = parse(text);
  return low === undefined ? allPortsOf(protocol) : portRange(protocol, low, high);
}

function parse(text: string): PortText {
  const parsed = parsePortText(text);
  if (parsed === undefined) throw new UsageError(`\`${text}\` is not a port; ${WRITTEN}`);
  return parsed;
}
