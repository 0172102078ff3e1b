import type { ClassSet } from '../../evaluate/population/class-set.ts';
import type { ClusterPolicy, LabelPeer } from '../../model/cluster-policy.ts';
import type { Place } from '../../model/place.ts';
import type { NetworkPolicy, PodPeer } from '../../model/policy.ts';
import { formatSelector } from '../../model/selector.ts';
import type { Selector } from '../../model/selector.ts';
import { findDns } from '../dns/cluster-dns.ts';
import type { ClusterDns } from '../dns/cluster-dns.ts';
import { clusterPeersManifest } from '../fixes/cluster-manifest.ts';
import { peersManifest } from '../fixes/manifest.ts';
import type { LintRule, Remark } from '../rule/rule.ts';
import { notProven } from '../rule/too-large.ts';
import { calledNamespace, isOptIn, namesLabels } from '../survey/selector-logic.ts';
import type { CountingRule, Survey } from '../survey/survey.ts';
import type { ClusterCounting } from '../survey/tier-survey.ts';
import { tighterThanBlocks } from '../survey/wide-blocks.ts';
import { policySubject } from '../words/wording.ts';

/**
 * A peer that lets in more than is there, with the tighter one that lets in the same today.
 *
 * Evidence, of a peer for pods with a label in any namespace: pods of just one namespace have the label, so
 * that whoever may create pods elsewhere may join them; labels by which pods ask to be let in (`client:
 * "true"`) are meant so. Of an ipBlock for all addresses: its ports are all named, so that only pods have
 * them; or it lets in to pods that have a Service and no way in from outside, in an input that has ways in.
 * The engine must find that with the tighter peer no pod's answer changes. Of the other tiers only rules that
 * accept are judged: to be wide is what a Deny is for.
 */
export const peerTooWide: LintRule = {
  code: 'peer-too-wide',
  severities: ['info'],
  summary: 'a peer is wider than it need be: a tighter one gives the same answers',
  evidence:
    'a peer for a label in any namespace, of which only one has such pods, in other tiers of a rule that accepts; or an ipBlock for all addresses where only pods can be meant; and a tighter peer with which every answer between pods stays',
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
      if (isProven) yield remarkOf(survey, counting.policy, block, because, peersManifest(peers));
      else skipped.push(block);
    }
    yield* notProven(this.code, 'ipBlock', skipped);
    // what cannot be read is a problem already
    if (!survey.tiers.isReadable) return;
    for (const counting of survey.tiers.rules()) {
      const { policy, rule } = counting;
      if (rule.action !== 'Accept' || rule.peers === 'all' || !policy.isSure) continue;
      for (const peer of rule.peers) {
        if (peer.kind !== 'pods') continue;
        const remark = acceptedAnywhere(survey, dns, counting, peer);
        if (remark !== undefined) yield remark;
      }
    }
  },
};

function withLabelAnywhere(
  survey: Survey,
  dns: ClusterDns,
  { policy }: CountingRule,
  peer: PodPeer,
): Remark | undefined {
  const { namespaces, pods } = peer;
  if (namespaces === 'own') return undefined;
  const matched = survey.peersOf(policy, peer);
  const only = onlyNamespace(survey, dns, { namespaces, pods }, matched);
  if (only === undefined) return undefined;
  const own = only === policy.namespace;
  const tighter = {
    kind: 'pods' as const,
    namespaces: own ? ('own' as const) : calledNamespace(only),
    pods,
  };
  if (!areSame(survey.peersOf(policy, tighter), matched)) return undefined;
  const where = own ? `\`${only}\` itself` : `\`${only}\``;
  const because = becauseOnly(peer, where);
  return remarkOf(survey, policy, peer.place, because, peersManifest([tighter]));
}

function acceptedAnywhere(
  survey: Survey,
  dns: ClusterDns,
  { policy }: ClusterCounting,
  peer: LabelPeer,
): Remark | undefined {
  const { tiers } = survey;
  const matched = tiers.peersOf(peer);
  const only = onlyNamespace(survey, dns, peer, matched);
  if (only === undefined) return undefined;
  const tighter = { kind: 'pods' as const, namespaces: calledNamespace(only), pods: peer.pods };
  if (!areSame(tiers.peersOf(tighter), matched)) return undefined;
  const because = `${becauseOnly(peer, `\`${only}\``)}, whatever NetworkPolicies say`;
  return remarkOf(survey, policy, peer.place, because, clusterPeersManifest([tighter]));
}

/** The one namespace that has the pods of a peer which leaves the namespace open. */
function onlyNamespace(
  survey: Survey,
  dns: ClusterDns,
  { namespaces, pods = [] }: Wide,
  matched: ClassSet,
): string | undefined {
  if (namesLabels(namespaces)) return undefined;
  if (!namesLabels(pods) || pods.every(isOptIn) || survey.inhabited < 2) return undefined;
  if (dns.servers.some(({ index }) => matched.has(index))) return undefined;
  const [only, ...others] = survey.namespacesOf(matched.toArray());
  return others.length > 0 ? undefined : only;
}

interface Wide {
  readonly namespaces: Selector;
  readonly pods: Selector | undefined;
}

/** Same classes, same answers: that a tighter selector finds the same pods is all the engine is asked. */
function areSame(a: ClassSet, b: ClassSet): boolean {
  return a.count === b.count && a.subtract(b).count === 0;
}

function becauseOnly({ pods = [] }: Pick<PodPeer, 'pods'>, where: string): string {
  return `this peer is for pods with \`${formatSelector(pods)}\` of any namespace, and only ${where} has such pods: anyone who creates one elsewhere joins them`;
}

function remarkOf(
  survey: Survey,
  policy: NetworkPolicy | ClusterPolicy,
  place: Place,
  message: string,
  manifest: string,
): Remark {
  const finding = {
    code: peerTooWide.code,
    severity: 'info' as const,
    message,
    place,
    subject: policySubject(policy),
    fix: { summary: 'write this instead; nothing changes between pods', manifest },
  };
  return { finding, ignored: survey.ignores(finding.code, policy) };
}
