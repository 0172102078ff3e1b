import type { Chain, NamedSet, Statement } from '../../src/compile/ruleset/ruleset.ts';
import { ConntrackTable } from './conntrack.ts';
import type { Tracking } from './conntrack.ts';
import type { Skb } from './field.ts';
import type { Packet } from './packet.ts';
import { Program } from './program.ts';
import { baseChain, table } from './rules.ts';
import { parseRange } from './value-text.ts';
import { walk } from './walk.ts';
import type { Walk } from './walk.ts';

/** What rules of a chain at the forward hook make of a packet. */
export type Case = readonly [
  title: string,
  rules: readonly (readonly Statement[])[],
  verdict: 'accept' | 'drop',
  more?: readonly Chain[],
  sets?: readonly NamedSet[],
];

const v4 = (text: string): bigint => parseRange('ipv4_addr', text).low;

/** From 10.0.0.1, which is the node's own, to 10.0.0.2. */
export const WAY = { family: 4, source: v4('10.0.0.1'), destination: v4('10.0.0.2') } as const;

/** From fd00:: to fd00::1. */
export const WAY6 = {
  family: 6,
  source: 0xfd00n << 112n,
  destination: (0xfd00n << 112n) + 1n,
} as const;

/** Walks a packet that a node forwards through one chain, with `more` chains to go to. */
export function forwarded(
  packet: Packet,
  rules: readonly (readonly Statement[])[],
  more: readonly Chain[] = [],
  sets: readonly NamedSet[] = [],
  options: { tracking?: Tracking; strained?: boolean } = {},
): Walk & { skb: Skb; program: Program } {
  const program = new Program(
    table([baseChain('forward', 0, ...rules), ...more], sets),
    options.strained,
  );
  const tracking = options.tracking ?? new ConntrackTable().track(packet);
  const skb: Skb = { packet, link: 'slp-a', priority: 99n, tracking };
  const setting = {
    hook: 'forward',
    isLocal: (_: number, address: bigint) => address === WAY.source,
  } as const;
  return { ...walk(program.at('forward')[0]!, skb, setting), skb, program };
}
