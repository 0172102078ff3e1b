import type { Family } from '../../src/model/address.ts';
import type { Direction } from '../../src/model/policy.ts';
import { ALL_PORTS, NO_PORTS, PROTOCOLS, isAllPorts } from '../../src/model/port-set.ts';
import { isNoPorts, portRange, subtractPorts, unionPorts } from '../../src/model/port-set.ts';
import type { PortSet, Protocol } from '../../src/model/port-set.ts';
import { addressValue } from './kernel-model.ts';
import type { Sets } from './kernel-model.ts';

/** In which state the lookups of the tiers find the sets they look in; interval sets apart. */
export interface TierView {
  readonly tiers: Sets;
  readonly ruled: Sets;
  readonly intervals: Sets;
}

/** What the tiers say of a pair: ports accepted and denied. */
export interface Ruled {
  readonly accept: PortSet;
  readonly deny: PortSet;
}

const DENIED: Ruled = { accept: NO_PORTS, deny: ALL_PORTS };
const ACCEPTED: Ruled = { accept: ALL_PORTS, deny: NO_PORTS };
const OTHER: PortSet = { ...NO_PORTS, other: true };
const SILENT: Ruled = { accept: NO_PORTS, deny: NO_PORTS };

/** What the tiers say of a peer; undefined where they say nothing for the subject. */
export function rulingOf(
  { tiers, ruled, intervals }: TierView,
  direction: Direction,
  family: Family,
  subject: string,
  peer: string,
): Ruled | undefined {
  const short = direction === 'ingress' ? 'in' : 'eg';
  const profile = tiers.get(`${short}_tiers${family}`)!.elements.get(subject);
  if (profile === undefined) return undefined;
  const id =
    ruled.get(`${short}_ruled${family}`)!.elements.get(`${profile} . ${peer}`) ??
    (direction === 'ingress'
      ? ruled.get('in_ruled_others')!.elements.get(profile)
      : stretchOf(intervals, family, profile, peer));
  if (id === undefined || id === '0:0') return DENIED;
  if (id === '0:1') return ACCEPTED;
  if (id === '0:2') return SILENT;
  return saidOf(ruled, intervals, id);
}

function stretchOf(sets: Sets, family: Family, profile: string, peer: string): string | undefined {
  const value = addressValue(peer);
  for (const [key, ruling] of sets.get(`eg_ruled_blocks${family}`)!.elements) {
    const [own, range] = key.split(' . ');
    if (own !== profile) continue;
    const [low, high = low] = range!.split('-');
    if (addressValue(low!) <= value && value <= addressValue(high!)) return ruling;
  }
  return undefined;
}

/** What is not spelled out is denied. */
function saidOf(ruled: Sets, intervals: Sets, id: string): Ruled {
  let said = NO_PORTS;
  let accept = NO_PORTS;
  const add = (ports: PortSet, code: string): void => {
    if (code !== '0:0') said = unionPorts(said, ports);
    if (code === '0:1') accept = unionPorts(accept, ports);
  };
  for (const [key, code] of intervals.get('rulings')!.elements) {
    const [own, protocol, range] = key.split(' . ');
    if (own !== id) continue;
    const [low, high] = range!.split('-').map(Number);
    add(portRange(protocol!.toUpperCase() as Protocol, Math.max(low!, 1), high!), code);
  }
  const other = ruled.get('ruling_others')!.elements.get(id);
  if (other !== undefined) add(OTHER, other);
  return { accept, deny: subtractPorts(ALL_PORTS, said) };
}

/** A verdict as a set of ports. */
export function portSetOf(verdict: string): PortSet {
  if (verdict === '0:1') return ALL_PORTS;
  if (verdict === '0:0') return NO_PORTS;
  let set = NO_PORTS;
  for (const text of verdict.split(',')) {
    if (text === 'other') {
      set = unionPorts(set, OTHER);
      continue;
    }
    const [protocol, range] = text.split('/');
    const [low, high = low] = range!.split('-').map(Number);
    const ports = portRange(protocol!.toUpperCase() as Protocol, Math.max(low!, 1), high!);
    set = unionPorts(set, ports);
  }
  return set;
}

/** A set of ports as a verdict. */
export function textOf(set: PortSet): string {
  if (isAllPorts(set)) return '0:1';
  if (isNoPorts(set)) return '0:0';
  const texts: string[] = [];
  for (const protocol of PROTOCOLS) {
    const bounds = set[protocol];
    for (let i = 0; i < bounds.length; i += 2) {
      const [low, high] = [bounds[i]!, bounds[i + 1]!];
      const range = low === high ? `${low}` : `${low === 1 ? 0 : low}-${high}`;
      texts.push(`${protocol.toLowerCase()}/${range}`);
    }
  }
  if (set.other) texts.push('other');
  return texts.sort().join();
}
