import { inTier } from '../../model/cluster-policy.ts';
import type { ClusterPolicy, ClusterRule } from '../../model/cluster-policy.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import { acceptWord, clusterPolicyManifest } from '../fixes/cluster-manifest.ts';
import type { LintRule } from '../rule/rule.ts';
import type { Survey } from '../survey/survey.ts';
import { policySubject } from '../words/wording.ts';

const LAST_PRIORITY = 1000;
/** Most rules, peers, protocols, networks or names in one list of v1alpha2; v1alpha1 allows 100 rules (C15). */
const MOST_ITEMS = 25;

/**
 * An AdminNetworkPolicy or BaselineAdminNetworkPolicy for which a ClusterNetworkPolicy can stand in.
 *
 * Evidence: every part of it was understood and is within the limits of v1alpha2; there is a name, and for a
 * BaselineAdminNetworkPolicy a priority, with which the new policy is asked where the old one was; and the
 * engine, where the cluster is not too large for that, finds that no answer changes.
 */
export const oldPolicyKind: LintRule = {
  code: 'old-policy-kind',
  severities: ['info'],
  summary: 'a policy is of a v1alpha1 kind that ClusterNetworkPolicy has replaced',
  evidence:
    'an AdminNetworkPolicy or BaselineAdminNetworkPolicy for which a ClusterNetworkPolicy gives the same answers',
  remedy:
    'write the ClusterNetworkPolicy of the fix in its place, where the cluster knows the kind',
  *find(survey) {
    for (const policy of survey.cluster.clusterPolicies) {
      if (policy.kind === 'ClusterNetworkPolicy' || !isUnderstood(policy)) continue;
      const migrated = migrate(survey, policy);
      if (migrated === undefined) continue;
      if (survey.proofs.isWithoutEffect({ before: policy, after: migrated }) === false) continue;
      const finding = {
        code: this.code,
        severity: 'info' as const,
        message: `${policy.kind} is of v1alpha1, and ClusterNetworkPolicy has taken its place; one of the ${policy.tier} tier gives the same answers`,
        place: policy.place,
        subject: policySubject(policy),
        fix: {
          summary: 'put this policy in its place, once the cluster has the kind',
          manifest: clusterPolicyManifest(migrated),
        },
      };
      yield { finding, ignored: survey.ignores(this.code, policy) };
    }
  },
};

function isUnderstood(policy: ClusterPolicy): boolean {
  const word = acceptWord(policy.kind);
  return (
    policy.isSure &&
    DIRECTIONS.every(
      (direction) =>
        policy[direction].length <= MOST_ITEMS &&
        policy[direction].every(
          (rule) =>
            rule.written === (rule.action === 'Accept' ? word : rule.action) &&
            isWithinLimits(rule),
        ),
    )
  );
}

function isWithinLimits({ peers, ports }: ClusterRule): boolean {
  return (
    peers !== 'all' &&
    peers.length > 0 &&
    peers.length <= MOST_ITEMS &&
    peers.every((peer) => {
      if (peer.kind === 'networks') return peer.cidrs.length <= MOST_ITEMS;
      return peer.kind !== 'domains' || peer.names.length <= MOST_ITEMS;
    }) &&
    (ports === 'all' || ports.length <= MOST_ITEMS)
  );
}

/** The policy of the new kind in the same place of the order; undefined where no name and number give it. */
function migrate({ cluster }: Survey, policy: ClusterPolicy): ClusterPolicy | undefined {
  const { tier, name } = policy;
  const others = cluster.clusterPolicies.filter((one) => one !== policy);
  const taken = new Set(others.map((one) => one.name));
  const position = inTier(cluster.clusterPolicies, tier).indexOf(policy);
  const priority = Math.min(policy.priority, LAST_PRIORITY);
  for (const wanted of [name, `${name}-${tier.toLowerCase()}`]) {
    if (taken.has(wanted) || priority < 0) continue;
    const migrated: ClusterPolicy = {
      ...policy,
      kind: 'ClusterNetworkPolicy',
      name: wanted,
      priority,
      ingress: policy.ingress.map(renewed),
      egress: policy.egress.map(renewed),
    };
    if (inTier([...others, migrated], tier).indexOf(migrated) === position) return migrated;
  }
  return undefined;
}

/** A rule with its action as v1alpha2 writes it. */
function renewed(rule: ClusterRule): ClusterRule {
  return { ...rule, written: rule.action };
}
