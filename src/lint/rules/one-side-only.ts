import type { PodPeer } from '../../model/policy.ts';
import { formatPorts, isNoPorts } from '../../model/port-set.ts';
import { otherSide } from '../fixes/other-side.ts';
import type { LintRule, Remark } from '../rule/rule.ts';
import { deniedPorts, hopsTo } from '../survey/denied-hops.ts';
import type { ClassHops, Denied } from '../survey/denied-hops.ts';
import { denierOf } from '../survey/denier.ts';
import { HopsIndex } from '../survey/hops.ts';
import { namesLabels } from '../survey/selector-logic.ts';
import type { CountingRule, Survey } from '../survey/survey.ts';
import { policySubject, quoteRule, quoteWorkloads } from '../words/wording.ts';

/**
 * A rule that lets pods connect where the policies at the other end let none of it through (S3).
 *
 * Evidence: the peer asks for pods by a label and matches few kinds of pods; and for every one of
 * them and every pod the policy selects, the policies at the other end, of whatever tier, let none of the
 * rule's ports through, surely. What the Admin tier denies at this end already is not counted. A coarse rule at one end with a finer one at the other is so never reported, nor
 * are ports that depend on what the input does not tell. A hop that both ends speak of is reported
 * once, at the end that sends.
 */
export const oneSideOnly: LintRule = {
  code: 'one-side-only',
  severities: ['warning'],
  summary: 'a rule allows connections that the policies at the other end deny on all of its ports',
  evidence:
    'a peer that names pods by a label, and policies at the other end that deny all the ports of the rule to all of them',
  remedy: 'add the missing rule there, or take this one away',
  explains: ['port-unserved'],
  *find(survey) {
    const told = new HopsIndex();
    for (const direction of ['egress', 'ingress'] as const) {
      for (const counting of survey.rules()) {
        const { rule } = counting;
        if (counting.direction !== direction || rule.peers === 'all') continue;
        for (const peer of rule.peers) {
          if (peer.kind !== 'pods' || !namesLabels(peer.pods ?? [])) continue;
          const hops = hopsTo(survey, counting, peer, MOST_CLASSES);
          if (hops === undefined || told.holds(hops)) continue;
          const denied = deniedPorts(survey, counting, hops);
          if (denied === undefined) continue;
          told.add(hops);
          yield remark(survey, counting, peer, hops, denied);
        }
      }
    }
  },
};

/** A peer that matches more kinds of pods than this is a coarse one, and denials are no surprise. */
const MOST_CLASSES = 24;

function remark(
  survey: Survey,
  counting: CountingRule,
  peer: PodPeer,
  hops: ClassHops,
  { wanted, open, side }: Denied,
): Remark {
  const { policy, direction } = counting;
  const senders = survey.workloadsOf(hops.from.toArray());
  const [from, to] = [senders, survey.workloadsOf(hops.to.toArray())].map(quoteWorkloads);
  const [own, them] = senders.length === 1 ? ['its', 'it'] : ['their', 'them'];
  const denial =
    direction === 'egress'
      ? `the ingress there does not let ${them} in`
      : `${own} own egress does not let ${them} out`;
  const may = direction === 'egress' ? 'may go out to' : 'may come in to';
  const instead = isNoPorts(open) ? '' : `; only ${formatPorts(open)} gets through`;
  const denier = denierOf(side);
  const by = denier === undefined ? '' : `, by ${quoteRule(denier)}`;
  const message = `${from} ${may} ${to} on ${formatPorts(wanted)}, but ${denial}${by}${instead}`;
  // a NetworkPolicy opens nothing before the Admin tier, and behind it would close what Baseline leaves open
  const settled =
    denier === undefined
      ? otherSide(survey, counting, peer, hops)
      : { related: [denier.rule.place] };
  const finding = {
    code: oneSideOnly.code,
    severity: 'warning' as const,
    message,
    place: peer.place,
    subject: policySubject(policy),
    ...settled,
  };
  return { finding, ignored: survey.ignores(finding.code, policy), hops };
}
