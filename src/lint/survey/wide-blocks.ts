import { isSubject } from '../../evaluate/verdict/endpoint.ts';
import {
  ALL_ADDRESSES,
  isEmpty,
  subtractAddresses,
  addressRange,
} from '../../model/address-set.ts';
import type { Place } from '../../model/place.ts';
import { DIRECTIONS, rulesOf } from '../../model/policy.ts';
import type { BlockPeer, NetworkPolicy, Peer, PodPeer, Rule } from '../../model/policy.ts';
import type { ChangedPair } from './proofs.ts';
import type { CountingRule, Survey } from './survey.ts';

/** What could stand in the place of a rule's blocks for all addresses. */
export interface TighterPeer {
  /** Where the first of the blocks stands. */
  readonly block: Place;
  readonly because: string;
  /** False where the cluster is too large to find out. */
  readonly isProven: boolean;
  readonly peers: readonly [PodPeer];
}

/**
 * All pods, in the place of blocks for all addresses, where only pods can be meant; undefined where others can,
 * or some answer between pods would change.
 */
export function tighterThanBlocks(survey: Survey, counting: CountingRule): TighterPeer | undefined {
  const { policy, direction, rule } = counting;
  if (rule.peers === 'all') return undefined;
  const block = rule.peers.find(isForAll);
  const hasAllPods = rule.peers.some((peer) => peer.kind === 'pods' && isForAllPods(peer));
  if (block === undefined || hasAllPods || survey.subjectsOf(policy).count === 0) return undefined;
  const isNamed = rule.ports !== 'all' && rule.ports.every(({ kind }) => kind === 'named');
  const isInside = direction === 'ingress' && isOnlyForPods(survey, policy);
  if (!isInside && !(direction === 'egress' && isNamed)) return undefined;
  const tighter: PodPeer = { kind: 'pods', place: block.place, namespaces: [], pods: undefined };
  const after = replace(policy, rule, [...rule.peers.filter((peer) => !isForAll(peer)), tighter]);
  const pairs = survey.proofs.changes({ before: policy, after });
  if (pairs?.some((pair) => !isInside || areBothPods(pair))) return undefined;
  const because = isInside
    ? 'this ipBlock lets every address in, but nothing outside has a way in to these pods: all pods are enough'
    : 'this ipBlock is for every address, but only pods have port names: all pods are enough';
  return { block: block.place, because, isProven: pairs !== undefined, peers: [tighter] };
}

function isForAll(peer: Peer): peer is BlockPeer {
  if (peer.kind !== 'block' || peer.except.length > 0) return false;
  const [low, high] = ALL_ADDRESSES[peer.family];
  const all = addressRange(peer.family, low!, high!);
  return isEmpty(subtractAddresses(all, peer.addresses));
}

function isForAllPods({ namespaces, pods = [] }: PodPeer): boolean {
  return namespaces !== 'own' && namespaces.length === 0 && pods.length === 0;
}

/** Whether a policy's pods stand behind Services that lead nobody in from outside, as others of the input do. */
function isOnlyForPods(survey: Survey, policy: NetworkPolicy): boolean {
  if (survey.waysIn.length === 0) return false;
  const entered = survey.entered;
  for (const index of survey.subjectsOf(policy).toArray()) {
    for (const { pod } of survey.podsOf(index))
      if (entered.has(pod) || survey.services.inFrontOf(pod).length === 0) return false;
  }
  return true;
}

function areBothPods({ from, to }: ChangedPair): boolean {
  return isSubject(from.endpoints[0]!) && isSubject(to.endpoints[0]!);
}

function replace(policy: NetworkPolicy, rule: Rule, peers: readonly Peer[]): NetworkPolicy {
  const changed = DIRECTIONS.map((direction) => [
    direction,
    rulesOf(policy, direction).map((one) => (one === rule ? { ...one, peers } : one)),
  ]);
  return { ...policy, ...Object.fromEntries(changed) };
}
