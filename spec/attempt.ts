/**
 * One attempt to connect, as a policy sees it: who is judged, who is at the other end, by what
 * port, and whether addresses the other end has, or may have, are in a set.
 *
 * @module
 */
import { EVERYTHING, within, type Block, type Family } from './address.ts';
import type { Cluster, Endpoint } from './cluster.ts';

/** Does it match: yes, no, or that cannot be known from the manifests. */
export type Match = 'yes' | 'maybe' | 'no';

/** Seen from the pod a policy selects. */
export type Direction = 'ingress' | 'egress';

/** A connection attempt over one address family, seen from the pod the policies select. */
export interface Attempt {
  readonly direction: Direction;
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly family: Family;
  readonly protocol: string;
  readonly port: number | undefined;
}

/** What a policy is read against. */
export interface Setting {
  readonly cluster: Cluster;
  /** Where pods without a known address live; undefined when nobody said. */
  readonly podNetwork: readonly Block[] | undefined;
}

/** The strongest of several alternatives. */
export function strongest(matches: readonly Match[]): Match {
  return matches.includes('yes') ? 'yes' : matches.includes('maybe') ? 'maybe' : 'no';
}

/** A port the API accepts. */
export function isPortNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
}

/** P6, P7, D9: the destination pod declares the name for the port and protocol of the attempt. */
export function isNamed(name: string, attempt: Attempt): boolean {
  const { direction, subject, peer, protocol, port } = attempt;
  const destination = direction === 'ingress' ? subject : peer;
  const named = destination.ports.filter((p) => p.name === name && p.protocol === protocol); // P8
  return isPortNumber(port) && named.some((p) => p.number === port);
}

/** D2, D3, D17: some blocks, without others, against the addresses of the other end. */
export function addressMatches(
  blocks: readonly Block[],
  cut: readonly Block[],
  { peer, family }: Attempt,
  podNetwork: readonly Block[] | undefined,
): Match {
  const isOurs = (block: Block): boolean => block.family === family;
  const [own, without] = [blocks.filter(isOurs), cut.filter(isOurs)];
  if (own.length === 0) return 'no'; // B4
  const has = (value: bigint): boolean =>
    own.some((block) => within(block, value)) && !without.some((block) => within(block, value));

  let values = peer.addresses.filter((a) => a.family === family).map((a) => a.value);
  if (values.length === 0) {
    // Membership only changes where a block begins or has just ended, so these places tell of all.
    const network = ((peer.kind === 'pod' && podNetwork) || EVERYTHING).filter(isOurs);
    values = [...network, ...own, ...without]
      .flatMap((block) => [block.first, block.last + 1n])
      .filter((value) => network.some((block) => within(block, value)));
  }
  return values.every(has) ? 'yes' : values.some(has) ? 'maybe' : 'no';
}
