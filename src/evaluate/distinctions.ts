import { DIRECTIONS, rulesOf } from '../model/policy.ts';
import type { BlockPeer, NetworkPolicy } from '../model/policy.ts';
import type { Selector } from '../model/selector.ts';
import { PortNames } from './port-names.ts';

/** All that policies look at, and so all they can tell endpoints apart by. */
export interface Distinctions {
  /** Keys of pod labels, with the values that are asked for by name. */
  readonly podLabels: ReadonlyMap<string, ReadonlySet<string>>;
  readonly portNames: PortNames;
  /** Every distinct ipBlock. */
  readonly blocks: readonly BlockPeer[];
}

/** Collects what the policies look at. */
export function distinctionsOf(policies: readonly NetworkPolicy[]): Distinctions {
  const podLabels = new Map<string, Set<string>>();
  const portNames = new PortNames();
  const blocks = new Map<string, BlockPeer>();
  const note = (selector: Selector): void => {
    for (const { key, values } of selector) {
      let noted = podLabels.get(key);
      if (noted === undefined) podLabels.set(key, (noted = new Set()));
      for (const value of values) noted.add(value);
    }
  };
  for (const policy of policies) {
    note(policy.subject);
    for (const direction of DIRECTIONS) {
      for (const { peers, ports } of rulesOf(policy, direction)) {
        if (ports !== 'all') {
          for (const port of ports) {
            if (port.kind === 'named') portNames.add(port);
          }
        }
        if (peers === 'all') continue;
        for (const peer of peers) {
          if (peer.kind === 'pods' && peer.pods) note(peer.pods);
          else if (peer.kind === 'block') blocks.set(blockKey(peer), peer);
        }
      }
    }
  }
  return { podLabels, portNames, blocks: [...blocks.values()] };
}

/** A text equal for blocks that hold the same addresses by the same words. */
export function blockKey({ cidr, except }: BlockPeer): string {
  return except.length === 0 ? cidr : `${cidr} except ${except.join()}`;
}
