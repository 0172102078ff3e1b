import { policyManifest } from '../lint/manifest.ts';
import type { ClusterPolicy } from '../model/cluster-policy.ts';
import type { NetworkPolicy } from '../model/policy.ts';
import { clusterPolicyYaml } from './cluster-policy-yaml.ts';

/** Policies as one file of manifests, ready for `kubectl apply`; parts that could not be read are left out, closed. */
export function policiesYaml(policies: readonly (NetworkPolicy | ClusterPolicy)[]): string {
  return policies
    .map((policy) => {
      if (policy.kind !== 'NetworkPolicy') return clusterPolicyYaml(policy);
      const { ingress, egress, ...rest } = policy;
      return policyManifest({
        ...rest,
        ...(ingress.length > 0 && { ingress }),
        ...(egress.length > 0 && { egress }),
      });
    })
    .join('---\n');
}
