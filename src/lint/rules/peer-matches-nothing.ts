import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import type { Place } from '../../model/place.ts';
import type { NetworkPolicy } from '../../model/policy.ts';
import type { LintRule, Remark } from '../rule/rule.ts';
import type { Survey } from '../survey/survey.ts';
import { missedClusterPeer } from '../words/missed-cluster-peer.ts';
import type { Miss } from '../words/missed-namespaces.ts';
import { missedPeer } from '../words/missed-peer.ts';
import { policySubject } from '../words/wording.ts';

/**
 * A peer with selectors that matches no pod, or no node, and which part of it fails.
 *
 * Evidence: the input has pods, and the selectors ask for some label to be there. What may lie
 * outside a partial input is an info: a namespace the input does not have, labels of a namespace
 * without a Namespace object, a namespace without pods; of `kube-system` not even that, for policies
 * name it for DNS and inputs seldom have it. A label by which pods ask to be let in
 * (`db-client: "true"`) is an info too, for nobody need ask. Policies of the other tiers are often the same
 * for many clusters, so that of theirs all is an info but what is nearly there. Addresses and names are never
 * judged.
 */
export const peerMatchesNothing: LintRule = {
  code: 'peer-matches-nothing',
  severities: ['warning', 'info'],
  summary: 'a peer of a rule matches no pod, or no node',
  evidence:
    'a peer with selectors that ask for a label, and pods, or nodes, in the input; an info when what is missing may lie outside the input, or is a label by which pods ask to be let in, or when nothing is near it in a policy of another tier',
  remedy: 'correct the part that the message names: the namespace, the label, or the two together',
  *find(survey) {
    if (survey.cluster.workloads.length > 0) {
      for (const { policy, rule } of survey.rules()) {
        if (rule.peers === 'all') continue;
        for (const peer of rule.peers) {
          if (peer.kind !== 'pods' || survey.peersOf(policy, peer).count > 0) continue;
          const miss = missedPeer(survey, policy, peer);
          if (miss !== undefined) yield remark(survey, policy, peer.place, miss, '');
        }
      }
    }
    for (const { policy, direction, rule } of survey.tiers.rules()) {
      if (rule.peers === 'all') continue;
      const so = rule.action === 'Deny' ? ', so it denies nothing' : '';
      for (const peer of rule.peers) {
        const miss = missedClusterPeer(survey, rule.action, direction, peer);
        if (miss !== undefined) yield remark(survey, policy, peer.place, miss, so);
      }
    }
  },
};

function remark(
  survey: Survey,
  policy: NetworkPolicy | ClusterPolicy,
  place: Place,
  { severity, because, fix }: Miss,
  so: string,
): Remark {
  const finding = {
    code: peerMatchesNothing.code,
    severity,
    message: `this peer matches nothing${so}: ${because}`,
    place,
    subject: policySubject(policy),
    ...(fix !== undefined && { fix: { summary: fix } }),
  };
  return { finding, ignored: survey.ignores(finding.code, policy) };
}
