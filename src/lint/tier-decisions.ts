import { isEmpty } from '../model/address-set.ts';
import { clusterRulesOf } from '../model/cluster-policy.ts';
import type { Action } from '../model/cluster-policy.ts';
import type { BlockPeer, Direction, Peer } from '../model/policy.ts';
import { ClassSet } from '../evaluate/class-set.ts';
import { blockKey } from '../evaluate/distinctions.ts';
import { insideBlock } from '../evaluate/endpoint.ts';
import { addressView } from '../evaluate/match.ts';
import type { CountingRule, Survey } from './survey.ts';

/** Finds the classes that rules of NetworkPolicies match, addresses included. */
export class MatchedClasses {
  readonly #survey: Survey;
  readonly #blocks = new Map<string, ClassSet>();

  constructor(survey: Survey) {
    this.#survey = survey;
  }

  /** The classes a rule matches, or may match. */
  of({ policy, rule }: CountingRule): ClassSet {
    const { length } = this.#survey.reachability.classes;
    if (rule.peers === 'all') return ClassSet.full(length);
    const setOf = (peer: Peer): ClassSet => {
      if (peer.kind === 'pods') return this.#survey.peersOf(policy, peer);
      return peer.kind === 'block' ? this.#ofBlock(peer) : ClassSet.empty(length);
    };
    return ClassSet.union(length, rule.peers.map(setOf));
  }

  #ofBlock(block: BlockPeer): ClassSet {
    const key = blockKey(block);
    let set = this.#blocks.get(key);
    if (set === undefined) {
      const { cluster, reachability } = this.#survey;
      const members = reachability.classes.flatMap(({ index, endpoints }) => {
        if (isEmpty(block.addresses)) return [];
        const view = addressView(cluster, endpoints[0]!);
        return insideBlock(view, block.addresses, block.family) === 'no' ? [] : [index];
      });
      set = ClassSet.of(reachability.classes.length, members);
      this.#blocks.set(key, set);
    }
    return set;
  }
}

/** The classes for which the Admin tier has a rule with the action in the direction. */
export function subjectsInAdmin(
  { cluster, tiers, reachability }: Survey,
  direction: Direction,
  action: Action,
): ClassSet {
  const sets = cluster.clusterPolicies
    .filter(
      (policy) =>
        policy.tier === 'Admin' &&
        clusterRulesOf(policy, direction).some((rule) => rule.action === action),
    )
    .map((policy) => tiers.subjectsOf(policy));
  return ClassSet.union(reachability.classes.length, sets);
}
