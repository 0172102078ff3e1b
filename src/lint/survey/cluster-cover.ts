import { ALL_ADDRESSES, isEmpty, subtractAddresses } from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import type { ClusterPeer, ClusterPort, ClusterRule } from '../../model/cluster-policy.ts';
import {
  ALL_PORTS,
  isNoPorts,
  NO_PORTS,
  portRange,
  subtractPorts,
  unionPorts,
} from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import { implies } from './selector-logic.ts';
import type { ClusterCounting } from './tier-survey.ts';

/**
 * The rules among earlier ones of a tier that together match all that one rule matches, whatever pods and
 * addresses there may be; none when something is left to it.
 */
export function matchedBefore(
  one: ClusterCounting,
  earlier: readonly ClusterCounting[],
): readonly ClusterCounting[] {
  const { peers } = one.rule;
  // one that could not be understood is a problem already
  if (peers === 'all' || peers.length === 0) return [];
  const sameSubject = earlier.filter((other) => coversSubject(one, other));
  const needed = new Set<ClusterCounting>();
  for (const peer of peers) {
    const covering = sameSubject.filter(
      ({ rule }) => rule.peers === 'all' || rule.peers.some((other) => impliesPeer(peer, other)),
    );
    const alone = covering.find((other) => coversPorts(one.rule, [other]));
    if (alone === undefined && !coversPorts(one.rule, covering)) return [];
    for (const other of alone === undefined ? covering : [alone]) needed.add(other);
  }
  return earlier.filter((other) => needed.has(other));
}

/** Whether a rule is for all pods that another one is for; a rule that may not be for them accepts nothing (D22). */
function coversSubject({ policy }: ClusterCounting, other: ClusterCounting): boolean {
  if (other.policy === policy) return true;
  const [own, theirs] = [policy.subject, other.policy.subject];
  return (
    (other.policy.isSure || other.rule.action !== 'Accept') &&
    implies(own.namespaces, theirs.namespaces) &&
    implies(own.pods ?? [], theirs.pods ?? [])
  );
}

function impliesPeer(peer: ClusterPeer, other: ClusterPeer): boolean {
  if (other.kind === 'networks') {
    const addresses: AddressSet = peer.kind === 'networks' ? peer.addresses : ALL_ADDRESSES;
    return isEmpty(subtractAddresses(addresses, other.addresses));
  }
  switch (peer.kind) {
    case 'pods':
      return (
        other.kind === 'pods' &&
        implies(peer.namespaces, other.namespaces) &&
        implies(peer.pods ?? [], other.pods ?? [])
      );
    case 'nodes':
      return other.kind === 'nodes' && implies(peer.nodes, other.nodes);
    case 'domains':
      return (
        other.kind === 'domains' &&
        peer.names.every((name) => other.names.some((entry) => holdsName(entry, name)))
      );
    case 'networks':
      return false;
  }
}

function holdsName(entry: string, name: string): boolean {
  return entry === name || (entry.startsWith('*.') && name.endsWith(entry.slice(1)));
}

/** Whether rules together are for all ports of one, names by name. */
function coversPorts({ ports }: ClusterRule, covering: readonly ClusterCounting[]): boolean {
  const lists = covering.map(({ rule }) => rule.ports);
  const numbered = lists.reduce((set, list) => unionPorts(set, numbersOf(list)), NO_PORTS);
  if (ports === 'all') return lists.includes('all');
  if (lists.length === 0) return false;
  return ports.every((port) => {
    if (port.kind === 'numbered')
      return isNoPorts(subtractPorts(portRange(port.protocol, port.low, port.high), numbered));
    return lists.some(
      (list) =>
        list === 'all' || list.some((other) => other.kind === 'named' && other.name === port.name),
    );
  });
}

function numbersOf(ports: readonly ClusterPort[] | 'all'): PortSet {
  if (ports === 'all') return ALL_PORTS;
  return ports.reduce(
    (set, port) =>
      port.kind === 'numbered'
        ? unionPorts(set, portRange(port.protocol, port.low, port.high))
        : set,
    NO_PORTS,
  );
}
