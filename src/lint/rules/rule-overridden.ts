import type { ClassSet } from '../../evaluate/population/class-set.ts';
import { namedPortsOf, portsOfRule } from '../../evaluate/verdict/match.ts';
import type { ClusterRuleRef } from '../../evaluate/verdict/side.ts';
import {
  ALL_ADDRESSES,
  isEmpty,
  subtractAddresses,
  unionAddresses,
} from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction, Rule } from '../../model/policy.ts';
import { intersectPorts, isNoPorts, unionPorts } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import { hopsOf } from '../rule/rule-ends.ts';
import type { LintRule } from '../rule/rule.ts';
import { denierOf, letThrough, sideBetween, somePort } from '../survey/denier.ts';
import { MatchedClasses, subjectsInAdmin } from '../survey/matched-classes.ts';
import type { CountingRule, Survey } from '../survey/survey.ts';
import { policySubject, quoteRule } from '../words/wording.ts';

/** A rule for more connections between kinds of ends than this is a coarse one, and is not judged. */
const MOST_HOPS = 4000;

/**
 * A rule of a NetworkPolicy without effect, for the Admin tier denies all that it allows (C2).
 *
 * Evidence: the rule allows something to some pod that is there, and of everything it allows, to every pod and
 * address it matches, the Admin tier lets nothing through, surely. That a guard rail cuts part of a coarse
 * rule away is what it is for, and never reported; nor is a rule for thousands of connections.
 */
export const ruleOverridden: LintRule = {
  code: 'rule-overridden',
  severities: ['warning'],
  summary: 'a rule of a NetworkPolicy allows nothing, for the Admin tier denies all of it',
  evidence:
    'a rule that matches something, and a Deny of the Admin tier for every connection that it allows',
  remedy: 'take the rule away, or ask who keeps the Admin tier to let it pass',
  explains: ['rule-adds-nothing', 'one-side-only', 'rule-unreachable'],
  *find(survey) {
    if (survey.tiers.isEmpty) return;
    const matched = new MatchedClasses(survey);
    const { classes } = survey.reachability;
    const denied = Object.fromEntries(
      DIRECTIONS.map((direction) => [direction, subjectsInAdmin(survey, direction, 'Deny')]),
    ) as Record<Direction, ClassSet>;
    const networks = Object.fromEntries(
      DIRECTIONS.map((direction) => [direction, deniedNetworks(survey, direction)]),
    ) as Record<Direction, AddressSet>;
    for (const counting of survey.rules()) {
      const { policy, direction, rule } = counting;
      const subjects = survey.subjectsOf(policy);
      // a pod that no rule of the tier may deny anything is let through what the rule allows
      if (subjects.count === 0 || subjects.subtract(denied[direction]).count > 0) continue;
      if (!mayDenyAddresses(rule, networks[direction])) continue;
      if (rule.peers === 'all' && subjects.count * classes.length > MOST_HOPS) continue;
      const peers = matched.of(counting);
      if (subjects.count * peers.count > MOST_HOPS) continue;
      const denier = denierOfAll(survey, counting, subjects, peers);
      if (denier === undefined) continue;
      const finding = {
        code: this.code,
        severity: 'warning' as const,
        message: `this rule allows nothing: ${quoteRule(denier)} of the ${denier.tier} tier denies all of it before`,
        place: rule.place,
        subject: policySubject(policy),
        related: [denier.rule.place],
      };
      yield {
        finding,
        ignored: survey.ignores(this.code, policy),
        hops: hopsOf(survey, counting),
      };
    }
  },
};

/** The addresses that the Admin tier denies as such; no ingress rule has any (C18), but one that denies everything. */
function deniedNetworks({ tiers }: Survey, wanted: Direction): AddressSet {
  const denied = tiers.inOrder('Admin').flatMap((policy) =>
    policy[wanted].flatMap(({ action, peers }): AddressSet[] => {
      if (action !== 'Deny') return [];
      if (peers === 'all') return [ALL_ADDRESSES];
      return peers.flatMap((peer) => (peer.kind === 'networks' ? [peer.addresses] : []));
    }),
  );
  return unionAddresses(denied);
}

/** Whether all addresses of a rule may be denied: asked first, for to find who has them is long. */
function mayDenyAddresses({ peers }: Rule, denied: AddressSet): boolean {
  if (peers === 'all') return isEmpty(subtractAddresses(ALL_ADDRESSES, denied));
  return peers.every(
    (peer) => peer.kind !== 'block' || isEmpty(subtractAddresses(peer.addresses, denied)),
  );
}

/** The rule that denies the first of the connections, if all of them are denied. */
function denierOfAll(
  survey: Survey,
  { direction, rule }: CountingRule,
  subjects: ClassSet,
  peers: ClassSet,
): ClusterRuleRef | undefined {
  const { reachability } = survey;
  let denier: ClusterRuleRef | undefined;
  for (const subject of subjects.toArray()) {
    for (const peer of peers.toArray()) {
      if (subject === peer && !reachability.hasTwo(subject)) continue;
      const [from, to] = direction === 'egress' ? [subject, peer] : [peer, subject];
      const wanted = portsOfRule(rule, namedPortsOf(reachability.classes[to]!.endpoints[0]!));
      if (isNoPorts(wanted)) continue;
      const { certain, depends } = letThrough(survey, direction, subject, peer);
      if (!isNoPorts(intersectPorts(unionPorts(certain, depends), wanted))) return undefined;
      denier ??= denierBetween(survey, from, to, wanted, direction);
      // nothing connects ends without a family in common, or the rule's block is of another one
      if (denier === undefined) return undefined;
    }
  }
  return denier;
}

function denierBetween(
  survey: Survey,
  from: number,
  to: number,
  ports: PortSet,
  direction: Direction,
): ClusterRuleRef | undefined {
  const denier = denierOf(sideBetween(survey, from, to, somePort(ports)!, direction));
  return denier?.tier === 'Admin' ? denier : undefined;
}
