/**
 * Raw objects as manifests have them: maps, lists and nulls told apart, and the items of an input.
 *
 * @module
 */

/** Whether a value is a YAML map. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value under a path of keys; undefined when absent, null, or below something not a map. */
export function at(value: unknown, ...path: string[]): unknown {
  for (const key of path) {
    value = isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value ?? undefined;
}

/** The items of a list, none when absent; undefined for anything that is not a list (D8). */
export function list(value: unknown): readonly unknown[] | undefined {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : undefined;
}

/** A text that is not empty. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** One object of a kind that is ours. */
export interface Item {
  readonly kind: string;
  /** Empty for what is not in a namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly object: unknown;
}

/** The kinds with the tiers around NetworkPolicy, each with its one list of fields (D25). */
export const CLUSTER_POLICIES = [
  'ClusterNetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
] as const;

const CLUSTER_SCOPED: ReadonlySet<string> = new Set(['Namespace', 'Node', ...CLUSTER_POLICIES]);

/** The kinds we know by their API group; a Calico `NetworkPolicy`, say, is another kind. */
const KINDS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['', ['Namespace', 'Node', 'Pod', 'ReplicationController']],
  ['apps', ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet']],
  ['batch', ['Job', 'CronJob']],
  // who writes this group for a cluster policy left out `policy.` (D25)
  ['networking.k8s.io', ['NetworkPolicy', ...CLUSTER_POLICIES]],
  ['policy.networking.k8s.io', CLUSTER_POLICIES],
  ['extensions', ['NetworkPolicy', 'Deployment', 'ReplicaSet', 'DaemonSet']], // until Kubernetes 1.16
]);

/** The items of one input object: itself, or those of a `List` or typed list, which omit kind. */
export function unwrap(object: unknown, listKind?: string, listVersion?: unknown): Item[] {
  const kind = at(object, 'kind') ?? listKind;
  const version = at(object, 'apiVersion') ?? listVersion;
  if (!isMap(object) || typeof kind !== 'string') return [];
  if (kind.endsWith('List')) {
    const items = list(at(object, 'items')) ?? [];
    if (kind === 'List') return items.flatMap((item) => unwrap(item));
    return items.flatMap((item) => unwrap(item, kind.slice(0, -'List'.length), version));
  }
  // An apiVersion that is missing, no text, or names no group (`v1`) is malformed for most kinds, and
  // a policy must not vanish for that (Z3): any group then.
  const group = typeof version === 'string' ? version.split('/').slice(0, -1).join('/') : '';
  const known = group === '' ? [...KINDS.values()].flat() : KINDS.get(group);
  if (!known?.includes(kind)) return [];
  const name = text(at(object, 'metadata', 'name')) ?? '';
  const namespace = text(at(object, 'metadata', 'namespace')) ?? 'default'; // Z4
  return [{ kind, name, namespace: CLUSTER_SCOPED.has(kind) ? '' : namespace, object }];
}
