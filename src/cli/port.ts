import { HIGHEST_PORT, LOWEST_PORT, PROTOCOLS, allPortsOf, portRange } from '../model/port-set.ts';
import type { PortSet, Protocol } from '../model/port-set.ts';
import type { Port } from '../evaluate/verdict.ts';
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

function parse(text: string): { protocol: Protocol; low: number | undefined; high: number } {
  const parts = text.split('/');
  const protocol = parts
    .map((part) => PROTOCOLS.find((one) => one === part.toUpperCase()))
    .find(Boolean);
  const numbers = parts.filter((part) => !PROTOCOLS.some((one) => one === part.toUpperCase()));
  if (parts.length > 2 || numbers.length > 1 || (parts.length === 2 && protocol === undefined)) {
    throw new UsageError(`\`${text}\` is not a port; ${WRITTEN}`);
  }
  const [range] = numbers;
  if (range === undefined) return { protocol: protocol!, low: undefined, high: 0 };
  const match = /^(\d+)(?:-(\d+))?$/.exec(range);
  const [low, high] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (match === null || low < LOWEST_PORT || high > HIGHEST_PORT || low > high) {
    throw new UsageError(`\`${text}\` is not a port; ${WRITTEN}`);
  }
  return { protocol: protocol ?? 'TCP', low, high };
}
