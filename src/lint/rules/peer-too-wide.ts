import { NAMESPACE_NAME_LABEL } from '../../model/cluster.ts';
import type { Place } from '../../model/place.ts';
import type { PodPeer } from '../../model/policy.ts';
import { formatSelector } from '../../model/selector.ts';
import { findDns } from '../cluster-dns.ts';
import type { ClusterDns } from '../cluster-dns.ts';
import { peersManifest } from '../manifest.ts';
import type { ProposedPeer } from '../manifest.ts';
import type { LintRule, Remark } from '../rule.ts';
import { isOptIn, namesLabels } from '../selector-logic.ts';
import type { CountingRule, Survey } from '../survey.ts';
import { notProven } from '../too-large.ts';
import { tighterThanBlocks } from '../wide-blocks.ts';
import { policySubject } from '../wording.ts';

/**
 * A peer that lets in more than is there, with the tighter one that lets in the same today.
 *
 * Evidence, of a peer for pods with a label in any namespace: pods of just one namespace have the label, so
 * that whoever may create pods elsewhere may join them; labels by which pods ask to be let in (`client:
 * "true"`) are meant so. Of an ipBlock for all addresses: its ports are all named, so that only pods have
 * them; or it lets in to pods that have a Service and no way in from outside, in an input that has ways in.
 * The engine must find that with the tighter peer no pod's answer changes.
 */
export const peerTooWide: LintRule = {
  code: 'peer-too-wide',
  severities: ['info'],
  summary: 'a peer is wider than it need be: a tighter one gives the same answers',
  evidence:
    'a peer for a label in any namespace, of which only one has such pods; or an ipBlock for all addresses where only pods can be meant; and a tighter peer with which every answer between pods stays',
  remedy: 'write the tighter peer of the fix',
  *find(survey) {
    const skipped: Place[] = [];
    const dns = findDns(survey);
    for (const counting of survey.rules()) {
      const { rule } = counting;
      if (rule.peers === 'all') continue;
      for (const peer of rule.peers) {
        if (peer.kind !== 'pods') continue;
        const remark = withLabelAnywhere(survey, dns, counting, peer);
        if (remark !== undefined) yield remark;
      }
      const tighter = tighterThanBlocks(survey, counting);
      if (tighter === undefined) continue;
      const { block, because, isProven, peers } = tighter;
      if (isProven) yield remarkOf(survey, counting, block, because, peers);
      else skipped.push(block);
    }
    yield* notProven(this.code, 'ipBlock', skipped);
  },
};

/** Same classes, same grants: that a tighter selector finds the same pods is all the engine is asked. */
function withLabelAnywhere(
  survey: Survey,
  dns: ClusterDns,
  counting: CountingRule,
  peer: PodPeer,
): Remark | undefined {
  const { policy } = counting;
  const { namespaces, pods = [] } = peer;
  if (namespaces === 'own' || namesLabels(namespaces)) return undefined;
  if (!namesLabels(pods) || pods.every(isOptIn)) return undefined;
  const matched = survey.peersOf(policy, peer);
  if (dns.servers.some(({ index }) => matched.has(index))) return undefined;
  const [only, ...others] = survey.namespacesOf(matched.toArray());
  if (only === undefined || others.length > 0 || survey.inhabited < 2) return undefined;
  const own = only === policy.namespace;
  const tighter = {
    kind: 'pods' as const,
    namespaces: own
      ? ('own' as const)
      : [{ key: NAMESPACE_NAME_LABEL, operator: 'In' as const, values: [only] }],
    pods,
  };
  const found = survey.peersOf(policy, tighter);
  if (found.count !== matched.count || found.subtract(matched).count > 0) return undefined;
  const where = own ? `\`${only}\` itself` : `\`${only}\``;
  const because = `this peer is for pods with \`${formatSelector(pods)}\` of any namespace, and only ${where} has such pods: anyone who creates one elsewhere joins them`;
  return remarkOf(survey, counting, peer.place, because, [tighter]);
}

function remarkOf(
  survey: Survey,
  { policy }: CountingRule,
  place: Place,
  message: string,
  peers: readonly ProposedPeer[],
): Remark {
  const finding = {
    code: peerTooWide.code,
    severity: 'info' as const,
    message,
    place,
    subject: policySubject(policy),
    fix: {
      summary: 'write this instead; nothing changes between pods',
      manifest: peersManifest(peers),
    },
  };
  return { finding, ignored: survey.ignores(finding.code, policy) };
}
