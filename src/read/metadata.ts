import type { Place } from '../model/place.ts';
import type { Labels } from '../model/selector.ts';
import { Fields, MALFORMED, orNothing, report, textOf } from './fields.ts';
import { readLabels } from './labels.ts';
import { nameFault } from './names.ts';
import { OBJECT_META } from './known-fields.ts';

/** Who an object is: the parts of ObjectMeta that matter here. */
export interface Metadata {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** The controller that owns the object, if one does. */
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
  readonly place: Place;
}

/** The namespace of an object that names none (Z4). */
export const DEFAULT_NAMESPACE = 'default';

/**
 * Reads `metadata`; undefined when there is no name to know the object by, which is reported.
 * Cluster-scoped objects get an empty namespace.
 */
export function readMetadata(
  object: Fields,
  scope: 'namespaced' | 'cluster',
): Metadata | undefined {
  const metadata = object.map('metadata', OBJECT_META);
  if (metadata === MALFORMED) return undefined;
  const name = metadata && readName(metadata);
  if (metadata === undefined || name === undefined) {
    object.document.report('error', 'missing-name', object.place, '`metadata.name` is missing');
    return undefined;
  }
  const namespace = orNothing(metadata.text('namespace')) ?? DEFAULT_NAMESPACE;
  return {
    namespace: scope === 'cluster' ? '' : namespace,
    name,
    labels: readLabels(metadata, 'labels'),
    annotations: readLabels(metadata, 'annotations'),
    owner: readController(metadata),
    place: object.place,
  };
}

function readName(metadata: Fields): string | undefined {
  const field = metadata.get('name');
  const generated = orNothing(metadata.text('generateName'));
  if (field === undefined) return generated === undefined ? undefined : `${generated}*`;
  const name = textOf(field);
  if (name === MALFORMED) {
    return field.node.kind === 'scalar' ? String(field.node.value) : undefined;
  }
  const fault = nameFault(name);
  if (fault !== undefined) report(field, 'error', 'invalid-name', `name \`${name}\` ${fault}`);
  return name;
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
