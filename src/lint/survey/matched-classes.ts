import { ClassSet } from '../../evaluate/population/class-set.ts';
import { blockKey } from '../../evaluate/population/distinctions.ts';
import { addressesOf, insideBlock, isSubject } from '../../evaluate/verdict/endpoint.ts';
import type { AddressView, Certainty } from '../../evaluate/verdict/endpoint.ts';
import { addressView } from '../../evaluate/verdict/match.ts';
import { clusterRulesOf } from '../../model/cluster-policy.ts';
import type { Action } from '../../model/cluster-policy.ts';
import type { BlockPeer, Direction, Peer } from '../../model/policy.ts';
import type { CountingRule, Survey } from './survey.ts';

/** Finds the classes that rules of NetworkPolicies match, addresses included. */
export class MatchedClasses {
  readonly #survey: Survey;
  readonly #blocks = new Map<string, ClassSet>();
  /** Pods without a known address: one answer is the answer for all. */
  readonly #unknown: ClassSet;
  /** All others, each with an answer of its own. */
  readonly #known: readonly number[];
  readonly #views = new Map<number, AddressView>();

  constructor(survey: Survey) {
    this.#survey = survey;
    const { classes } = survey.reachability;
    const unknown: number[] = [];
    const known: number[] = [];
    for (const { index, endpoints } of classes) {
      const endpoint = endpoints[0]!;
      const isUnknown =
        isSubject(endpoint) && addressesOf(endpoint, survey.cluster.nodes).length === 0;
      (isUnknown ? unknown : known).push(index);
    }
    this.#unknown = ClassSet.of(classes.length, unknown);
    this.#known = known;
  }

  /** The classes a rule matches, or may match. */
  of(counting: CountingRule): ClassSet {
    return this.#matched(counting, this.#known, (certainty) => certainty !== 'no');
  }

  /** The classes of pods a rule surely matches. */
  podsOf(counting: CountingRule): ClassSet {
    const { subjects } = this.#survey.reachability.population;
    const pods = this.#known.filter((index) => index < subjects);
    return this.#matched(counting, pods, (certainty) => certainty === 'yes').below(subjects);
  }

  #matched(
    { policy, rule }: CountingRule,
    among: readonly number[],
    counts: (certainty: Certainty) => boolean,
  ): ClassSet {
    const { length } = this.#survey.reachability.classes;
    if (rule.peers === 'all') return ClassSet.full(length);
    const setOf = (peer: Peer): ClassSet => {
      if (peer.kind === 'pods') return this.#survey.peersOf(policy, peer);
      if (peer.kind === 'nothing') return ClassSet.empty(length);
      return this.#inBlock(peer, among, counts);
    };
    return ClassSet.union(length, rule.peers.map(setOf));
  }

  #inBlock(
    block: BlockPeer,
    among: readonly number[],
    counts: (certainty: Certainty) => boolean,
  ): ClassSet {
    const { classes } = this.#survey.reachability;
    const key = `${blockKey(block)} ${among === this.#known}`;
    let set = this.#blocks.get(key);
    if (set === undefined) {
      const members = among.filter((index) => counts(this.#inside(index, block)));
      const [example] = this.#unknown.toArray();
      const hasUnknown = example !== undefined && counts(this.#inside(example, block));
      const own = ClassSet.of(classes.length, members);
      set = hasUnknown ? ClassSet.union(classes.length, [own, this.#unknown]) : own;
      this.#blocks.set(key, set);
    }
    return set;
  }

  #inside(index: number, { addresses, family }: BlockPeer): Certainty {
    const { cluster, reachability } = this.#survey;
    let view = this.#views.get(index);
    if (view === undefined) {
      view = addressView(cluster, reachability.classes[index]!.endpoints[0]!);
      this.#views.set(index, view);
    }
    return insideBlock(view, addresses, family);
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
