import { isEmpty, subtractAddresses } from '../../model/address-set.ts';
import { NAMESPACE_NAME_LABEL } from '../../model/cluster.ts';
import type { NetworkPolicy, Peer, PodPeer, PortRule, Rule } from '../../model/policy.ts';
import {
  isEvery,
  isNoPorts,
  NO_PORTS,
  portRange,
  subtractPorts,
  unionPorts,
} from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import { selects } from '../../model/selector.ts';
import { implies } from './selector-logic.ts';
import type { CountingRule, Survey } from './survey.ts';

/** Finds whether other rules allow all that one rule allows. */
export class RuleCover {
  readonly #survey: Survey;

  constructor(survey: Survey) {
    this.#survey = survey;
  }

  /**
   * The rules among the others, all of policies that select the same pods or more, that together
   * allow all of one; none when some of it would be lost.
   */
  coveredBy(one: CountingRule, others: readonly CountingRule[]): CountingRule[] {
    if (others.length === 0 || !this.#matchesSomething(one)) return [];
    const peers = one.rule.peers === 'all' ? (['all'] as const) : one.rule.peers;
    const needed = new Set<CountingRule>();
    for (const peer of peers) {
      const covering = others.filter((other) => this.#coversPeer(one, peer, other));
      if (!coversPorts(one.rule.ports, covering)) return [];
      for (const other of enough(one.rule.ports, covering)) needed.add(other);
    }
    const by = others.filter((other) => needed.has(other));
    return by;
  }

  /** A rule with a part that could not be read, or that matches nobody, is for other findings. */
  #matchesSomething({ policy, rule }: CountingRule): boolean {
    const { peers, ports } = rule;
    if (ports !== 'all' && (ports.length === 0 || ports.some(({ kind }) => kind === 'nothing')))
      return false;
    if (peers === 'all') return true;
    if (peers.length === 0 || peers.some(({ kind }) => kind === 'nothing')) return false;
    return peers.some(
      (peer) => peer.kind !== 'pods' || this.#survey.peersOf(policy, peer).count > 0,
    );
  }

  #coversPeer({ policy }: CountingRule, peer: Peer | 'all', { rule }: CountingRule): boolean {
    if (rule.peers === 'all') return true;
    if (peer === 'all') return false;
    return rule.peers.some((other) => this.#impliesPeer(policy, peer, other));
  }

  /**
   * Whether what one peer matches, the other matches too, whatever pods and addresses there may be.
   * Both are peers of policies of one namespace. The engine has the last word on the pods there are.
   */
  #impliesPeer(policy: NetworkPolicy, peer: Peer, other: Peer): boolean {
    if (peer.kind === 'block' && other.kind === 'block')
      return isEmpty(subtractAddresses(peer.addresses, other.addresses));
    if (peer.kind !== 'pods' || other.kind !== 'pods') return false;
    if (!implies(peer.pods ?? [], other.pods ?? [])) return false;
    if (!this.#impliesNamespaces(policy.namespace, peer, other)) return false;
    const matched = this.#survey.peersOf(policy, peer);
    return matched.subtract(this.#survey.peersOf(policy, other)).count === 0;
  }

  #impliesNamespaces(own: string, peer: PodPeer, other: PodPeer): boolean {
    const ownOnly = [{ key: NAMESPACE_NAME_LABEL, operator: 'In' as const, values: [own] }];
    if (other.namespaces === 'own')
      return peer.namespaces === 'own' || implies(peer.namespaces, ownOnly);
    if (peer.namespaces !== 'own') return implies(peer.namespaces, other.namespaces);
    return selects(other.namespaces, this.#survey.cluster.namespaces.get(own)!.labels);
  }
}

/** The first of the covering rules that hold all the ports: one alone where one does. */
function enough(ports: Rule['ports'], covering: readonly CountingRule[]): readonly CountingRule[] {
  const alone = covering.find((one) => coversPorts(ports, [one]));
  return alone === undefined ? covering : [alone];
}

/** Whether rules together hold all the ports, names by name, whatever numbers pods give to them. */
function coversPorts(ports: Rule['ports'], covering: readonly CountingRule[]): boolean {
  const lists = covering.map(({ rule }) => rule.ports);
  if (lists.includes('all')) return true;
  if (ports === 'all' || lists.length === 0) return false;
  const others = lists.flatMap((list) => (list === 'all' ? [] : list));
  const numbered = others.reduce((set, port) => unionPorts(set, numbersOf(port)), NO_PORTS);
  return ports.every((port) => {
    if (port.kind === 'numbered') return isNoPorts(subtractPorts(numbersOf(port), numbered));
    if (port.kind === 'nothing') return false;
    return (
      isEvery(numbered[port.protocol]) ||
      others.some(
        (other) =>
          other.kind === 'named' && other.name === port.name && other.protocol === port.protocol,
      )
    );
  });
}

function numbersOf(port: PortRule): PortSet {
  return port.kind === 'numbered' ? portRange(port.protocol, port.low, port.high) : NO_PORTS;
}
