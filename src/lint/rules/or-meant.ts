import { formatSelector } from '../../model/selector.ts';
import { peersManifest } from '../fixes/manifest.ts';
import type { LintRule } from '../rule/rule.ts';
import { namesLabels } from '../survey/selector-logic.ts';
import { policySubject } from '../words/wording.ts';

/**
 * One peer with both selectors that matches nothing, where two peers were meant.
 *
 * Evidence: no pod satisfies both; the namespaceSelector alone matches pods; and the podSelector,
 * which asks for a label, matches pods in the policy's own namespace, as it would alone.
 */
export const orMeant: LintRule = {
  code: 'or-meant',
  severities: ['warning'],
  summary: 'one peer with both selectors matches nothing, though each selector alone matches pods',
  evidence: 'pods that each selector alone would match',
  remedy: 'if either was meant, give the second selector a dash of its own',
  explains: ['peer-matches-nothing'],
  *find(survey) {
    for (const { policy, rule } of survey.rules()) {
      if (rule.peers === 'all') continue;
      for (const peer of rule.peers) {
        if (peer.kind !== 'pods' || peer.namespaces === 'own' || !namesLabels(peer.pods ?? []))
          continue;
        const { namespaces, pods = [] } = peer;
        const there = { namespaces, pods: undefined };
        const here = { namespaces: 'own' as const, pods };
        const meant =
          survey.peersOf(policy, peer).count === 0 &&
          survey.peersOf(policy, there).count > 0 &&
          survey.peersOf(policy, here).count > 0;
        if (!meant) continue;
        const finding = {
          code: this.code,
          severity: 'warning' as const,
          message: `this peer matches nothing: no pod of namespaces with \`${formatSelector(namespaces)}\` has \`${formatSelector(pods)}\`, but pods of \`${policy.namespace}\` have it`,
          place: peer.place,
          subject: policySubject(policy),
          fix: {
            summary: 'if either was meant, give each selector a dash of its own',
            manifest: peersManifest([
              { kind: 'pods', ...there },
              { kind: 'pods', ...here },
            ]),
          },
        };
        yield { finding, ignored: survey.ignores(this.code, policy) };
      }
    }
  },
};
