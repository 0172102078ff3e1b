import type { NetworkPolicy, Peer, PodPeer } from '../../model/policy.ts';
import { formatSelector } from '../../model/selector.ts';
import { ASSUMED_DNS, isAssumedDns } from '../dns/cluster-dns.ts';
import { peersManifest } from '../fixes/manifest.ts';
import type { LintRule } from '../rule/rule.ts';
import { namesLabels } from '../survey/selector-logic.ts';
import type { Survey } from '../survey/survey.ts';
import { policySubject, quoteNames } from '../words/wording.ts';

/**
 * Two neighbouring peers, a namespaceSelector and a podSelector, where one peer with both was meant.
 *
 * Evidence: the podSelector asks for a label; in the policy's own namespace it matches nothing, or
 * nothing that the namespaceSelector does not match already; and in the namespaces that the
 * namespaceSelector matches it does match pods, or would match the cluster's DNS pods when the input has
 * none. An OR that adds something is taken to be meant.
 */
export const andMeant: LintRule = {
  code: 'and-meant',
  severities: ['warning'],
  summary:
    'two peers are written where one with both selectors was meant, so all pods of the namespaces match',
  evidence:
    'a podSelector that adds nothing in its own namespace and would match pods in the namespaces selected beside it',
  remedy: 'take the second dash away, so that both selectors stand in one element',
  explains: ['peer-matches-nothing'],
  *find(survey) {
    for (const { policy, rule } of survey.rules()) {
      if (rule.peers === 'all') continue;
      const settled = new Set<Peer>();
      for (let i = 1; i < rule.peers.length; i++) {
        const [first, second] = [rule.peers[i - 1]!, rule.peers[i]!];
        const pair = halvesOf(first, second);
        if (pair === undefined || settled.has(pair.pods)) continue;
        const both: Both = { namespaces: pair.namespaces.namespaces, pods: pair.pods.pods };
        if (!wasMeant(survey, policy, pair, both)) continue;
        settled.add(pair.pods);
        const everyone = survey.peersOf(policy, pair.namespaces);
        const known = survey.namespacesOf(everyone.toArray());
        const namespaces = known.length > 0 ? known : [ASSUMED_DNS.namespace.name];
        const finding = {
          code: this.code,
          severity: 'warning' as const,
          message: `every pod of ${quoteNames(namespaces)} matches, not only those with \`${formatSelector(pair.pods.pods ?? [])}\`: the two selectors are two peers, and the podSelector adds nothing in \`${policy.namespace}\``,
          place: pair.pods.place,
          subject: policySubject(policy),
          fix: {
            summary: 'take the second dash away, so that both selectors stand in one element',
            manifest: peersManifest([{ kind: 'pods', ...both }]),
          },
          related: [pair.namespaces.place],
        };
        yield { finding, ignored: survey.ignores(this.code, policy) };
      }
    }
  },
};

interface Halves {
  readonly namespaces: PodPeer;
  readonly pods: PodPeer;
}

type Both = Pick<PodPeer, 'namespaces' | 'pods'>;

/** The one that only selects namespaces and the one that only selects pods, in either order. */
function halvesOf(first: Peer, second: Peer): Halves | undefined {
  if (first.kind !== 'pods' || second.kind !== 'pods') return undefined;
  const [namespaces, pods] = first.namespaces === 'own' ? [second, first] : [first, second];
  const halves = namespaces.namespaces !== 'own' && namespaces.pods === undefined;
  return halves && pods.namespaces === 'own' && namesLabels(pods.pods ?? [])
    ? { namespaces, pods }
    : undefined;
}

function wasMeant(
  survey: Survey,
  policy: NetworkPolicy,
  { namespaces, pods }: Halves,
  both: Both,
): boolean {
  const added = survey.peersOf(policy, pods).subtract(survey.peersOf(policy, namespaces));
  if (added.count > 0) return false;
  return survey.peersOf(policy, both).count > 0 || isAssumedDns(survey, both);
}
