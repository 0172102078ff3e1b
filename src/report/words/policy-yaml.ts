import { clusterPolicyManifest } from '../../lint/fixes/cluster-manifest.ts';
import { policyManifest } from '../../lint/fixes/manifest.ts';
import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import type { NetworkPolicy } from '../../model/policy.ts';

/** Policies as one file of manifests, ready for `kubectl apply`; parts that could not be read are left out, closed. */
export function policiesYaml(policies: readonly (NetworkPolicy | ClusterPolicy)[]): string {
  return policies
    .map((policy) => {
      if (policy.kind !== 'NetworkPolicy') return clusterPolicyManifest(policy);
      const { ingress, egress, ...rest } = policy;
      return policyManifest({
        ...rest,
        ...(ingress.length > 0 && { ingress }),
        ...(egress.length > 0 && { egress }),
      });
    })
    .join('---\n');
}
