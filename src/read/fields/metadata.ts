import { CLUSTER_POLICY_KINDS } from '../../model/cluster-policy.ts';
import type { Place } from '../../model/place.ts';
import type { Labels } from '../../model/selector.ts';
import { shorten } from '../yaml/node.ts';
import { Fields, MALFORMED, orNothing, report, textOf } from './fields.ts';
import { OBJECT_META } from './known-fields.ts';
import { NO_LABELS, readLabels } from './labels.ts';
import { nameFault } from './names.ts';
import type { NameRule } from './names.ts';

/** Who an object is: the parts of ObjectMeta that matter here. */
export interface Metadata {
  readonly namespace: string;
  readonly name: string;
  /** False when the API server would make the name up: such objects are never the same one. */
  readonly named: boolean;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** The controller that owns the object, if one does. */
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
  readonly place: Place;
}

/** The namespace of an object that names none (Z4). */
export const DEFAULT_NAMESPACE = 'default';

/** What a policy without a name is called: it must not vanish for that (Z3). */
export const NO_NAME = '(no name)';

/** Kinds without a namespace, whose names stand alone. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'Namespace',
  'Node',
  'IngressClass',
  'GatewayClass',
  ...CLUSTER_POLICY_KINDS,
]);

/** Kinds that must not vanish for want of a name (Z3). */
const POLICIES: ReadonlySet<string> = new Set(['NetworkPolicy', ...CLUSTER_POLICY_KINDS]);

const NAME_RULES: ReadonlyMap<string, NameRule> = new Map([
  ['Namespace', 'label'],
  ['Service', 'service'],
]);

/**
 * Reads `metadata`. Without a name to know the object by, which is reported, a policy gets
 * {@link NO_NAME} and anything else is undefined. Cluster-scoped objects get an empty namespace.
 */
export function readMetadata(object: Fields, kind: string): Metadata | undefined {
  const metadata = object.map('metadata', OBJECT_META);
  const own = orNothing(metadata);
  const written = own && readName(own, NAME_RULES.get(kind));
  const generated = own && orNothing(own.text('generateName'));
  let name = written;
  if (name === undefined && generated !== undefined && generated !== '') name = `${generated}*`;
  if (name === undefined) {
    if (metadata !== MALFORMED && own?.get('name') === undefined) {
      object.document.report('error', 'missing-name', object.place, '`metadata.name` is missing');
    }
    if (!POLICIES.has(kind)) return undefined;
    name = NO_NAME;
  }
  return {
    namespace: CLUSTER_SCOPED.has(kind) ? '' : readNamespace(own),
    name,
    named: written !== undefined,
    labels: own ? readLabels(own, 'labels') : NO_LABELS,
    annotations: own ? readLabels(own, 'annotations') : NO_LABELS,
    owner: own && readController(own),
    place: object.place,
  };
}

function readNamespace(metadata: Fields | undefined): string {
  const field = metadata?.get('namespace');
  const namespace = field && orNothing(textOf(field));
  if (field === undefined || namespace === undefined || namespace === '') return DEFAULT_NAMESPACE;
  const fault = nameFault(namespace, 'label');
  if (fault !== undefined) {
    report(field, 'error', 'invalid-name', `namespace \`${shorten(namespace)}\` ${fault}`);
  }
  return namespace;
}

function readName(metadata: Fields, rule: NameRule | undefined): string | undefined {
  const field = metadata.get('name');
  if (field === undefined) return undefined;
  const name = textOf(field);
  if (name === MALFORMED) {
    return field.node.kind === 'scalar' ? String(field.node.value) : undefined;
  }
  const fault = nameFault(name, rule);
  if (fault === undefined) return name;
  report(field, 'error', 'invalid-name', `name \`${shorten(name)}\` ${fault}`);
  return name === '' ? undefined : name;
}

function readController(metadata: Fields): { kind: string; name: string } | undefined {
  const owners = orNothing(metadata.list('ownerReferences'));
  for (const field of owners ?? []) {
    const owner = Fields.of(field);
    if (owner === MALFORMED || orNothing(owner.boolean('controller')) !== true) continue;
    const kind = orNothing(owner.text('kind'));
    const name = orNothing(owner.text('name'));
    if (kind !== undefined && name !== undefined) return { kind, name };
  }
  return undefined;
}
