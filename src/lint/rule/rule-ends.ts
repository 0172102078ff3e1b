import { ClassSet } from '../../evaluate/population/class-set.ts';
import type { LabelPeer } from '../../model/cluster-policy.ts';
import type { PodPeer } from '../../model/policy.ts';
import type { Hops } from '../survey/hops.ts';
import type { CountingRule, Survey } from '../survey/survey.ts';
import type { ClusterCounting } from '../survey/tier-survey.ts';

/** The pods that a rule's ports are about: those that are connected to. */
export interface Targets {
  readonly classes: ClassSet;
  /** Whether nothing but pods is meant: no ipBlock, and no rule for everyone. */
  readonly alone: boolean;
}

/** The pods a rule is about as destinations: its policy's own for ingress, its peers for egress. */
export function targetsOf(survey: Survey, counting: CountingRule): Targets {
  const { policy, direction, rule } = counting;
  if (direction === 'ingress') return { classes: survey.subjectsOf(policy), alone: true };
  if (rule.peers === 'all') {
    const { classes, population } = survey.reachability;
    return { classes: ClassSet.full(classes.length).below(population.subjects), alone: false };
  }
  const alone = rule.peers.every(({ kind }) => kind !== 'block');
  return { classes: podsMatched(survey, counting), alone };
}

/** The same of a rule of another tier, as far as its labels can be read. */
export function clusterTargetsOf(survey: Survey, counting: ClusterCounting): Targets {
  const { tiers, reachability } = survey;
  const { policy, direction, rule } = counting;
  if (direction === 'ingress') return { classes: tiers.subjectsOf(policy), alone: true };
  const peers = rule.peers === 'all' ? [] : rule.peers;
  const byLabel = peers.filter((peer): peer is LabelPeer => peer.kind === 'pods');
  const sets = byLabel.map((peer) => tiers.peersOf(peer));
  const classes = ClassSet.union(reachability.classes.length, sets);
  return { classes, alone: rule.peers !== 'all' && byLabel.length === peers.length };
}

/** The classes that the pod peers of a rule match. */
export function podsMatched(survey: Survey, { policy, rule }: CountingRule): ClassSet {
  const peers = rule.peers === 'all' ? [] : rule.peers;
  const sets = peers
    .filter((peer): peer is PodPeer => peer.kind === 'pods')
    .map((peer) => survey.peersOf(policy, peer));
  return ClassSet.union(survey.reachability.classes.length, sets);
}

/** The connections a rule is about. */
export function hopsOf(survey: Survey, counting: CountingRule): Hops {
  const { policy, direction, rule } = counting;
  const own = survey.subjectsOf(policy);
  const onlyPods = rule.peers !== 'all' && rule.peers.every(({ kind }) => kind !== 'block');
  const peers = onlyPods ? podsMatched(survey, counting) : 'all';
  return direction === 'ingress' ? { from: peers, to: own } : { from: own, to: peers };
}
