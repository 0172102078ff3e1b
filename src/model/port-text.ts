import { HIGHEST_PORT, LOWEST_PORT, PROTOCOLS } from './port-set.ts';
import type { Protocol } from './port-set.ts';

/** Ports of one protocol as people write them; without `low`, the whole protocol. */
export interface PortText {
  readonly protocol: Protocol;
  readonly low: number | undefined;
  readonly high: number;
}

/** Reads `80` (TCP), `53/UDP`, `UDP/53`, `8000-9000`, `UDP`; undefined for anything else. */
export function parsePortText(text: string): PortText | undefined {
  const parts = text.split('/');
  const protocolOf = (part: string): Protocol | undefined =>
    PROTOCOLS.find((one) => one === part.toUpperCase());
  const protocol = parts.map(protocolOf).find((one) => one !== undefined);
  const numbers = parts.filter((part) => protocolOf(part) === undefined);
  if (parts.length > 2 || numbers.length > 1 || (parts.length === 2 && protocol === undefined)) {
    return undefined;
  }
  const [range] = numbers;
  if (range === undefined) {
    return parts.length === 1 ? { protocol: protocol!, low: undefined, high: 0 } : undefined;
  }
  const match = /^(\d+)(?:-(\d+))?$/.exec(range);
  const [low, high] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (match === null || low < LOWEST_PORT || high > HIGHEST_PORT || low > high) return undefined;
  return { protocol: protocol ?? 'TCP', low, high };
}
