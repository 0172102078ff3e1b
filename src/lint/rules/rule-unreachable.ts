import type { Peer, PodPeer } from '../../model/policy.ts';
import { formatPorts } from '../../model/port-set.ts';
import type { LintRule, Remark } from '../rule/rule.ts';
import { awayFrom, deniedPorts, hopsTo } from '../survey/denied-hops.ts';
import type { ClassHops, Denied } from '../survey/denied-hops.ts';
import { denierOf } from '../survey/denier.ts';
import { namesLabels } from '../survey/selector-logic.ts';
import type { CountingRule, Survey } from '../survey/survey.ts';
import { policySubject, quoteNames, quoteRule } from '../words/wording.ts';

/** A peer or a policy for more kinds of pods than this is for a large part of the cluster, not for a purpose. */
const MOST_CLASSES = 200;

/**
 * A rule no packet can reach, for every connection it allows is denied at the other end (S3).
 *
 * Evidence: all its peers select namespaces by a label and all of their pods; for every pod there and every
 * pod that the policy selects, the policies at the other end let none of the rule's ports through, surely. So
 * coarse a rule is good style while anything of it gets through. Peers that name pods by a label are for
 * `one-side-only`.
 */
export const ruleUnreachable: LintRule = {
  code: 'rule-unreachable',
  severities: ['warning'],
  summary:
    'no packet can reach a rule, for every connection that it allows is denied at the other end',
  evidence:
    'peers that select whole namespaces by a label, and policies there that deny all the ports of the rule to or from all pods concerned',
  remedy: 'add the missing rule there, or take this one away',
  *find(survey) {
    for (const counting of survey.rules()) {
      const { rule } = counting;
      if (rule.peers === 'all') continue;
      const peers = rule.peers.filter(isOfNamespaces);
      if (peers.length === 0 || peers.length < rule.peers.length) continue;
      const told = peers.map((peer) => {
        const hops = hopsTo(survey, counting, peer, MOST_CLASSES);
        const denied = hops && deniedPorts(survey, counting, hops);
        return hops && denied && { peer, hops, denied };
      });
      if (told.includes(undefined)) continue;
      yield remark(survey, counting, told[0]!);
    }
  },
};

function isOfNamespaces(peer: Peer): peer is PodPeer {
  return (
    peer.kind === 'pods' &&
    peer.namespaces !== 'own' &&
    namesLabels(peer.namespaces) &&
    !namesLabels(peer.pods ?? [])
  );
}

function remark(
  survey: Survey,
  counting: CountingRule,
  { hops, denied }: { peer: PodPeer; hops: ClassHops; denied: Denied },
): Remark {
  const { policy, direction, rule } = counting;
  const there = direction === 'egress' ? hops.to : hops.from;
  const namespaces = quoteNames(survey.namespacesOf(there.toArray()));
  const denier = denierOf(denied.side);
  const by = denier === undefined ? '' : ` (${quoteRule(denier)})`;
  const [theirs] = there.toArray();
  const isolating = survey.isolating(awayFrom(direction), theirs!).slice(0, 3);
  const denial =
    direction === 'egress'
      ? `no pod of ${namespaces} lets these pods in${by}`
      : `no pod of ${namespaces} may go out to these pods${by}`;
  const finding = {
    code: ruleUnreachable.code,
    severity: 'warning' as const,
    message: `no packet reaches this rule: ${denial} on ${formatPorts(denied.wanted)}`,
    place: rule.place,
    subject: policySubject(policy),
    related: denier === undefined ? isolating.map(({ place }) => place) : [denier.rule.place],
  };
  return { finding, ignored: survey.ignores(finding.code, policy), hops };
}
