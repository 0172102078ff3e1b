import { nearest } from '../../model/nearest.ts';
import { WORKLOAD_KINDS } from '../../model/workload.ts';
import type { Fields } from '../fields/fields.ts';

/** What says of an object which fields it has. */
export interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The group of the Gateway API. */
const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** The kinds read, with the API versions they are read in, the current one first. */
const KNOWN: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...WORKLOAD_KINDS.map((kind): [string, readonly string[]] => [kind, ['apps/v1']]),
  ['Pod', ['v1']],
  ['ReplicationController', ['v1']],
  ['Job', ['batch/v1']],
  ['CronJob', ['batch/v1', 'batch/v1beta1']],
  ['Namespace', ['v1']],
  ['Node', ['v1']],
  ['Service', ['v1']],
  ['ConfigMap', ['v1']],
  ['Endpoints', ['v1']],
  ['EndpointSlice', ['discovery.k8s.io/v1']],
  ['Ingress', ['networking.k8s.io/v1']],
  ['IngressClass', ['networking.k8s.io/v1']],
  ...['Gateway', 'GatewayClass', 'HTTPRoute', 'ReferenceGrant'].map(
    (kind): [string, readonly string[]] => [
      kind,
      [`${GATEWAY_GROUP}/v1`, `${GATEWAY_GROUP}/v1beta1`],
    ],
  ),
  ...['GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map((kind): [string, readonly string[]] => [
    kind,
    ['v1', 'v1alpha3', 'v1alpha2'].map((version) => `${GATEWAY_GROUP}/${version}`),
  ]),
  ['NetworkPolicy', ['networking.k8s.io/v1']],
  [
    'ClusterNetworkPolicy',
    ['policy.networking.k8s.io/v1alpha2', 'policy.networking.k8s.io/v1beta1'],
  ],
  ['AdminNetworkPolicy', ['policy.networking.k8s.io/v1alpha1']],
  ['BaselineAdminNetworkPolicy', ['policy.networking.k8s.io/v1alpha1']],
]);

/** Groups that once had these kinds under a version the API has since dropped. */
const FORMER: ReadonlyMap<string, readonly string[]> = new Map([
  ['Deployment', ['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2']],
  ['ReplicaSet', ['extensions/v1beta1', 'apps/v1beta2']],
  ['StatefulSet', ['apps/v1beta1', 'apps/v1beta2']],
  ['DaemonSet', ['extensions/v1beta1', 'apps/v1beta2']],
  ['EndpointSlice', ['discovery.k8s.io/v1beta1']],
  ['Ingress', ['extensions/v1beta1', 'networking.k8s.io/v1beta1']],
  ['IngressClass', ['networking.k8s.io/v1beta1']],
  ...['Gateway', 'GatewayClass', 'HTTPRoute', 'ReferenceGrant'].map(
    (kind): [string, readonly string[]] => [kind, [`${GATEWAY_GROUP}/v1alpha2`]],
  ),
  ['NetworkPolicy', ['extensions/v1beta1']],
]);

/** Real kinds of the core groups that look like slips of the ones read. */
const MISTAKABLE: ReadonlySet<string> = new Set([
  'PodTemplate',
  'Event',
  'Role',
  'Secret',
  'Binding',
  'ControllerRevision',
  'Scale',
]);

/** The group of Sluice's own files, which are no objects of the API. */
const OWN_GROUP = 'sluice.dev';

/** The version to write for a kind, or for a list of it; undefined for a kind that is not read. */
export function currentVersion(kind: string): string | undefined {
  const own = KNOWN.get(kind)?.[0];
  if (own !== undefined || !kind.endsWith('List')) return own;
  return KNOWN.get(kind.slice(0, -'List'.length))?.[0] ?? 'v1';
}

/**
 * Whether an object is read; undefined for one of a misspelt kind, which is reported, and for a file of
 * Sluice's own. One of a version that nobody serves, or no longer, is read as the current
 * one and reported, so that a policy does not vanish for it (Z3); another group's kind is another kind.
 */
export function isKnown({ apiVersion, kind }: TypeMeta, fields: Fields): boolean | undefined {
  // expectations may lie among the manifests that they are about
  if (groupOf(apiVersion) === OWN_GROUP) return undefined;
  const versions = KNOWN.get(kind);
  if (versions === undefined) return reportSlip(apiVersion, kind, fields) ? undefined : false;
  if (versions.includes(apiVersion)) return true;
  const current = versions[0]!;
  const place = fields.has('apiVersion') ? fields.keyPlace('apiVersion') : fields.place;
  const report = (severity: 'error' | 'warning', code: string, what: string): true => {
    const message = `${what}; write \`apiVersion: ${current}\`. It is read as that`;
    fields.document.report(severity, code, place, message);
    return true;
  };
  if (FORMER.get(kind)?.includes(apiVersion) === true) {
    return report('warning', 'removed-version', `\`${apiVersion}\` no longer has ${kind}`);
  }
  const group = groupOf(current);
  if (group === POLICY_GROUP && groupOf(apiVersion) === group) {
    // it changes its versions often, and all of them are read in one form (decision D25)
    return report('warning', 'unknown-version', `\`${apiVersion}\` of ${kind} is not known here`);
  }
  if (!meansGroup(apiVersion, group)) return false;
  return report('error', 'unknown-version', `unknown version \`${apiVersion}\` of ${kind}`);
}

/** The group of the tiers around NetworkPolicy. */
const POLICY_GROUP = 'policy.networking.k8s.io';

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/** Whether someone who wrote this version meant that group: the same, none at all, or a slip of it. */
function meansGroup(apiVersion: string, group: string): boolean {
  const written = groupOf(apiVersion);
  if (written === group || written === '') return true;
  // nearness alone would take `networking.istio.io` for a slip
  if (group === GATEWAY_GROUP) return /^gate[a-z]*\.net[a-z]*\.k8/.test(written);
  const isSlip = /^net[a-z]*\.k8/.test(written);
  if (group === 'networking.k8s.io' || (group === POLICY_GROUP && isSlip)) return isSlip;
  return nearest(written, [group]) !== undefined;
}

function reportSlip(apiVersion: string, kind: string, fields: Fields): boolean {
  if (MISTAKABLE.has(kind)) return false;
  const group = groupOf(apiVersion);
  const served = [...KNOWN].filter(([, list]) => list.some((one) => groupOf(one) === group));
  const meant = nearest(
    kind,
    served.map(([name]) => name),
  );
  if (meant === undefined) return false;
  const message = `unknown kind \`${kind}\`, so this is not read: did you mean \`${meant}\`?`;
  fields.document.report('error', 'unknown-kind', fields.keyPlace('kind'), message);
  return true;
}
