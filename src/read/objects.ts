import { nearest } from '../model/nearest.ts';
import type { Source } from '../model/place.ts';
import type { Problem } from '../model/problem.ts';
import { WORKLOAD_KINDS } from '../model/workload.ts';
import { parseDocuments } from './documents.ts';
import { Fields, MALFORMED, report } from './fields.ts';
import type { Field } from './fields.ts';
import { isNull, valueOf } from './yaml-node.ts';

/** An object of the API, not yet read further. */
export interface ReadObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly fields: Fields;
  /** Whether the kind, in this version, means anything to Sluice. */
  readonly known: boolean;
}

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
  ['EndpointSlice', ['discovery.k8s.io/v1']],
  ['NetworkPolicy', ['networking.k8s.io/v1']],
]);

/** Groups that once had these kinds under a version the API has since dropped. */
const FORMER: ReadonlyMap<string, readonly string[]> = new Map([
  ['Deployment', ['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2']],
  ['ReplicaSet', ['extensions/v1beta1', 'apps/v1beta2']],
  ['StatefulSet', ['apps/v1beta1', 'apps/v1beta2']],
  ['DaemonSet', ['extensions/v1beta1', 'apps/v1beta2']],
  ['EndpointSlice', ['discovery.k8s.io/v1beta1']],
  ['NetworkPolicy', ['extensions/v1beta1']],
]);

/** Every object of a source, lists taken apart. */
export function* readObjects(source: Source, problems: Problem[]): Generator<ReadObject> {
  for (const { document, root } of parseDocuments(source, problems)) {
    yield* objectsOf({ document, node: root, path: '' }, undefined);
  }
}

interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

function* objectsOf(field: Field, implied: TypeMeta | undefined): Generator<ReadObject> {
  if (field.node.kind === 'sequence' && field.path === '') {
    report(
      field,
      'error',
      'not-an-object',
      'a list of objects needs `kind: List` and `items`, or a `---` between objects',
    );
    return;
  }
  if (field.node.kind !== 'mapping') {
    report(
      field,
      'error',
      'not-an-object',
      'not an object of the API: it needs `apiVersion` and `kind`',
    );
    return;
  }
  const fields = Fields.of(field);
  if (fields === MALFORMED) return;
  const type = typeMeta(fields, implied);
  if (type === undefined) return;
  const items = valueOf(fields.node, 'items');
  if (type.kind.endsWith('List') && items !== undefined) {
    if (isNull(items)) return;
    const list = fields.list('items');
    if (list === MALFORMED || list === undefined) return;
    const itemKind = type.kind.slice(0, -'List'.length);
    const itemType = itemKind === '' ? undefined : { apiVersion: type.apiVersion, kind: itemKind };
    for (const item of list) yield* objectsOf(item, itemType);
    return;
  }
  yield { ...type, fields, known: isKnown(type, fields) };
}

function typeMeta(fields: Fields, implied: TypeMeta | undefined): TypeMeta | undefined {
  const kind = fields.text('kind') ?? implied?.kind;
  const apiVersion = fields.text('apiVersion') ?? implied?.apiVersion;
  if (typeof kind === 'string' && typeof apiVersion === 'string') return { apiVersion, kind };
  if (kind === MALFORMED || apiVersion === MALFORMED) return undefined;
  if (
    kind === undefined &&
    apiVersion === undefined &&
    !fields.has('metadata') &&
    !fields.has('spec')
  ) {
    const message = 'not an object of the API: it has neither `apiVersion` nor `kind`';
    fields.document.report('warning', 'not-an-object', fields.place, message);
    return undefined;
  }
  const missing = kind === undefined ? 'kind' : 'apiVersion';
  const versions = typeof kind === 'string' ? KNOWN.get(kind) : undefined;
  const remedy = versions === undefined ? '' : `: write \`apiVersion: ${versions[0]}\``;
  fields.document.report(
    'error',
    'missing-type',
    fields.place,
    `\`${missing}\` is missing${remedy}`,
  );
  return typeof kind === 'string' && versions !== undefined
    ? { kind, apiVersion: versions[0]! }
    : undefined;
}

/** Whether an object is read; one of a version nobody serves is read as the current one and reported. */
function isKnown({ apiVersion, kind }: TypeMeta, fields: Fields): boolean {
  const versions = KNOWN.get(kind);
  const place = fields.has('apiVersion') ? fields.keyPlace('apiVersion') : fields.place;
  if (versions === undefined) {
    const group = apiVersion.split('/')[0]!;
    const served = [...KNOWN].filter(([, list]) =>
      list.some((version) => version.split('/')[0] === group),
    );
    const meant = nearest(
      kind,
      served.map(([name]) => name),
    );
    if (meant === undefined || served.length === 0) return false;
    const message = `unknown kind \`${kind}\`: did you mean \`${meant}\`?`;
    if (MISTAKABLE.has(kind)) return false;
    fields.document.report('error', 'unknown-kind', fields.keyPlace('kind'), message);
    return false;
  }
  if (versions.includes(apiVersion)) return true;
  const [current] = versions as [string];
  if (FORMER.get(kind)?.includes(apiVersion)) {
    const message = `\`${apiVersion}\` no longer has ${kind}; write \`apiVersion: ${current}\`. It is read as that`;
    fields.document.report('warning', 'removed-version', place, message);
    return true;
  }
  const sameGroup = apiVersion.split('/')[0] === current.split('/')[0] || !apiVersion.includes('/');
  if (!sameGroup && kind !== 'NetworkPolicy') return false;
  if (!sameGroup && FOREIGN_POLICY_GROUPS.some((group) => apiVersion.startsWith(`${group}/`)))
    return false;
  const message = `unknown version \`${apiVersion}\` of ${kind}; write \`apiVersion: ${current}\`. It is read as that`;
  fields.document.report('error', 'unknown-version', place, message);
  return true;
}

/** Other projects' objects that share a kind's name. */
const FOREIGN_POLICY_GROUPS: readonly string[] = [
  'crd.projectcalico.org',
  'projectcalico.org',
  'crd.antrea.io',
  'security.antrea.io',
];

/** Real kinds of the core groups that look like slips of the ones read. */
const MISTAKABLE: ReadonlySet<string> = new Set([
  'Endpoints',
  'PodTemplate',
  'Event',
  'Role',
  'Secret',
  'Binding',
  'Ingress',
  'IngressClass',
  'ControllerRevision',
  'Scale',
]);
