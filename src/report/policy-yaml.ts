import { policyManifest } from '../lint/manifest.ts';
import type { NetworkPolicy } from '../model/policy.ts';

/** Policies as one file of manifests, ready for `kubectl apply`; parts that could not be read are left out, closed. */
export function policiesYaml(policies: readonly NetworkPolicy[]): string {
  return policies
    .map(({ ingress, egress, ...policy }) =>
      policyManifest({
        ...policy,
        ...(ingress.length > 0 && { ingress }),
        ...(egress.length > 0 && { egress }),
      }),
    )
    .join('---\n');
}
