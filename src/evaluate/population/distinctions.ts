import { NO_ADDRESSES } from '../../model/address-set.ts';
import { FAMILIES } from '../../model/address.ts';
import { clusterRulesOf } from '../../model/cluster-policy.ts';
import type { ClusterRule, NetworkPeer } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { DIRECTIONS, rulesOf } from '../../model/policy.ts';
import type { BlockPeer } from '../../model/policy.ts';
import { PROTOCOLS } from '../../model/port-set.ts';
import type { Selector } from '../../model/selector.ts';
import { PortNames } from './port-names.ts';

/** All that policies look at, and so all they can tell endpoints apart by. */
export interface Distinctions {
  /** Keys of pod labels, with the values that are asked for by name. */
  readonly podLabels: ReadonlyMap<string, ReadonlySet<string>>;
  readonly portNames: PortNames;
  /** Every distinct ipBlock, and what each `networks` peer holds of a family. */
  readonly blocks: readonly BlockPeer[];
  /** Every name and wildcard that a `domainNames` peer has. */
  readonly domains: readonly string[];
}

/** Collects what the policies of all tiers look at. */
export function distinctionsOf({
  policies,
  clusterPolicies,
}: Pick<Cluster, 'policies' | 'clusterPolicies'>): Distinctions {
  const podLabels = new Map<string, Set<string>>();
  const portNames = new PortNames();
  const blocks = new Map<string, BlockPeer>();
  const domains = new Set<string>();
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
  const noteRule = ({ peers, ports }: ClusterRule): void => {
    if (ports !== 'all') {
      for (const port of ports) {
        if (port.kind !== 'named') continue;
        for (const protocol of PROTOCOLS) portNames.add({ protocol, name: port.name });
      }
    }
    if (peers === 'all') return;
    for (const peer of peers) {
      if (peer.kind === 'pods' && peer.pods) note(peer.pods);
      else if (peer.kind === 'networks')
        for (const block of blocksOf(peer)) blocks.set(blockKey(block), block);
      else if (peer.kind === 'domains') for (const name of peer.names) domains.add(name);
    }
  };
  for (const policy of clusterPolicies) {
    if (policy.subject.pods) note(policy.subject.pods);
    for (const direction of DIRECTIONS)
      for (const rule of clusterRulesOf(policy, direction)) noteRule(rule);
  }
  return { podLabels, portNames, blocks: [...blocks.values()], domains: [...domains] };
}

/** What a `networks` peer holds of each family, as one block of many ranges (decision D17). */
export function blocksOf({ place, cidrs, addresses }: NetworkPeer): BlockPeer[] {
  return FAMILIES.filter((family) => addresses[family].length > 0).map((family) => ({
    kind: 'block',
    place,
    family,
    cidr: `IPv${family} of ${cidrs.join(' ')}`,
    except: [],
    addresses: { ...NO_ADDRESSES, [family]: addresses[family] },
  }));
}

/** A text equal for blocks that hold the same addresses by the same words. */
export function blockKey({ cidr, except }: BlockPeer): string {
  return except.length === 0 ? cidr : `${cidr} except ${except.join()}`;
}
