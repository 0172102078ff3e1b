import type { Endpoint } from '../evaluate/verdict/endpoint.ts';
import type { ClusterRuleRef, Side } from '../evaluate/verdict/side.ts';
import type { Verdict } from '../evaluate/verdict/verdict.ts';
import type { ClusterTier } from '../model/cluster-policy.ts';
import type { Direction } from '../model/policy.ts';
import type { ClusterPlace } from './cluster-proposal.ts';

/** Both sides of a verdict with their directions. */
export function sidesOf({ egress, ingress }: Verdict): [Direction, Side][] {
  return [
    ['egress', egress],
    ['ingress', ingress],
  ];
}

/** What an endpoint is called in the name of a policy. */
export function shortName(endpoint: Endpoint): string {
  if (endpoint.kind === 'workload') return endpoint.workload.name;
  return endpoint.kind === 'domain' ? endpoint.name : endpoint.id;
}

/** The place in a tier before all rules that a side met there. */
export function placeBefore(
  side: Exclude<Side, { state: 'exempt' }>,
  tier: ClusterTier,
): ClusterPlace {
  const first = side.met.find(({ ref }) => ref.tier === tier);
  return { tier, before: first?.ref.policy };
}

/** A rule as summaries name it, with where it is. */
export function told({ policy, direction, index, rule }: ClusterRuleRef): string {
  const name = rule.name === undefined ? '' : ` \`${rule.name}\``;
  return `${direction} rule ${index + 1}${name} of ${policy.kind} \`${policy.name}\` (${rule.place.toString()})`;
}
