import type { Source } from '../../model/place.ts';
import type { Problem } from '../../model/problem.ts';
import { Fields, MALFORMED, orNothing, report } from '../fields/fields.ts';
import type { Field } from '../fields/fields.ts';
import { parseDocuments } from '../yaml/documents.ts';
import type { FieldPath } from '../yaml/field-path.ts';
import { describe, isNull, valueOf } from '../yaml/node.ts';
import { currentVersion, isKnown } from './kinds.ts';
import type { TypeMeta } from './kinds.ts';

/** An object of the API, not yet read further. */
export interface ReadObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly fields: Fields;
  /** Whether the kind, in this version, means anything to Sluice. */
  readonly known: boolean;
}

/** Every object of a source, lists taken apart; field paths begin at `path`. */
export function* readObjects(
  source: Source,
  problems: Problem[],
  path: FieldPath,
): Generator<ReadObject> {
  for (const { document, root } of parseDocuments(source, problems, path)) {
    yield* objectsOf({ document, node: root, path }, undefined);
  }
}

function* objectsOf(field: Field, implied: TypeMeta | undefined): Generator<ReadObject> {
  const fields = objectFields(field);
  const type = fields && typeMeta(fields, implied);
  if (fields === undefined || type === undefined) return;
  const items = type.kind.endsWith('List') ? valueOf(fields.node, 'items') : undefined;
  if (items === undefined) {
    const known = isKnown(type, fields);
    if (known !== undefined) yield { ...type, fields, known };
    return;
  }
  if (isNull(items)) return;
  const list = orNothing(fields.list('items')) ?? [];
  const itemKind = type.kind.slice(0, -'List'.length);
  const itemType = itemKind === '' ? undefined : { apiVersion: type.apiVersion, kind: itemKind };
  for (const item of list) yield* objectsOf(item, itemType);
}

function objectFields(field: Field): Fields | undefined {
  if (field.node.kind === 'mapping') return orNothing(Fields.of(field));
  const message =
    field.node.kind === 'sequence'
      ? 'a list of objects needs `kind: List` and `items`, or a `---` between objects'
      : `${describe(field.node)} is no object of the API, which has \`apiVersion\` and \`kind\``;
  report(field, 'error', 'not-an-object', message);
  return undefined;
}

function typeMeta(fields: Fields, implied: TypeMeta | undefined): TypeMeta | undefined {
  const kind = fields.text('kind') ?? implied?.kind;
  const apiVersion = fields.text('apiVersion') ?? implied?.apiVersion;
  if (kind === MALFORMED) return undefined;
  if (kind !== undefined && apiVersion !== undefined) {
    // a policy whose apiVersion cannot be read, which is reported, must not vanish (Z3)
    const version = apiVersion === MALFORMED ? currentVersion(kind) : apiVersion;
    return version === undefined ? undefined : { apiVersion: version, kind };
  }
  const { document, place } = fields;
  const bare = !fields.has('metadata') && !fields.has('spec');
  if (kind === undefined && apiVersion === undefined && bare) {
    const message = 'not an object of the API: it has neither `apiVersion` nor `kind`';
    document.report('warning', 'not-an-object', place, message);
    return undefined;
  }
  const missing = kind === undefined ? 'kind' : 'apiVersion';
  const version = kind === undefined ? undefined : currentVersion(kind);
  const remedy = version === undefined ? '' : `: write \`apiVersion: ${version}\``;
  document.report('error', 'missing-type', place, `\`${missing}\` is missing${remedy}`);
  return kind === undefined || version === undefined ? undefined : { apiVersion: version, kind };
}
