import { nearest } from '../../model/nearest.ts';
import type { Place } from '../../model/place.ts';
import type { Severity } from '../../model/problem.ts';
import type { Document } from '../yaml/document.ts';
import type { FieldPath } from '../yaml/field-path.ts';
import { describe, isNull, shorten, valueOf } from '../yaml/node.ts';
import type { MappingNode, YamlNode } from '../yaml/node.ts';

/** A field was written, but not as the API can read it; never to be taken for absent (decision D8). */
export const MALFORMED: unique symbol = Symbol('malformed');
export type Malformed = typeof MALFORMED;

/** One value under its field path, on the way to becoming model. */
export interface Field {
  readonly document: Document;
  readonly node: YamlNode;
  readonly path: FieldPath;
}

export function placeOf({ document, node, path }: Field): Place {
  return document.place(node, path);
}

export function report(field: Field, severity: Severity, code: string, message: string): void {
  field.document.report(severity, code, placeOf(field), message);
}

/** Says that a field is not of the type the API wants. */
function wrongType(field: Field, wanted: string, remedy = ''): Malformed {
  const name = shorten(lastName(field.path.text));
  const message = `\`${name}\` must be ${wanted}, not ${describe(field.node)}${remedy}`;
  report(field, 'error', 'wrong-type', message);
  return MALFORMED;
}

/** What a field is called: `ports[0]`, `app.kubernetes.io/name`. */
export function lastName(path: string): string {
  const inBrackets = /\[([^\]]*[^\]\d][^\]]*)\]$/.exec(path);
  return inBrackets?.[1] ?? path.slice(path.lastIndexOf('.') + 1);
}

/** A key longer than this is no slip of a known one. */
const LONGEST_SLIP = 60;

/** For fields that stand in the wrong place: where they belong. */
export type Elsewhere = ReadonlyMap<string, string>;

/** The fields of a map of the API; nulls count as absent, as they do for the API server. */
export class Fields {
  readonly document: Document;
  readonly node: MappingNode;
  readonly path: FieldPath;

  private constructor(document: Document, node: MappingNode, path: FieldPath) {
    this.document = document;
    this.node = node;
    this.path = path;
  }

  /**
   * Reads a field as a map. With `known`, other keys are warned about: by what `elsewhere` says of them,
   * else with the nearest known one.
   */
  static of(field: Field, known?: readonly string[], elsewhere?: Elsewhere): Fields | Malformed {
    if (field.node.kind !== 'mapping') return wrongType(field, 'a map');
    const fields = new Fields(field.document, field.node, field.path);
    if (known !== undefined) fields.#warnUnknown(known, elsewhere);
    return fields;
  }

  #warnUnknown(known: readonly string[], elsewhere: Elsewhere | undefined): void {
    const { keys } = this.node;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (known.includes(key)) continue;
      const meant = key.length > LONGEST_SLIP ? undefined : nearest(key, known);
      const remedy =
        elsewhere?.get(key) ??
        (meant === undefined ? 'the API has none here' : `did you mean \`${meant}\`?`);
      this.reportKey(i, 'warning', 'unknown-field', `unknown field \`${shorten(key)}\`: ${remedy}`);
    }
  }

  get place(): Place {
    return this.document.place(this.node, this.path);
  }

  /** Whether the key was written, even with null as its value. */
  has(key: string): boolean {
    return this.node.keys.includes(key);
  }

  /** Says what it means that a key stands here with no value, which the API takes for an absent one. */
  noteEmpty(key: string, meaning: string): void {
    const index = this.node.keys.indexOf(key);
    if (index === -1 || !isNull(this.node.values[index]!)) return;
    this.reportKey(index, 'info', 'empty-field', `\`${key}\` has no value, so ${meaning}`);
  }

  /** The place of the key itself; of the map when the key is absent. */
  keyPlace(key: string): Place {
    const index = this.node.keys.indexOf(key);
    const start = index === -1 ? this.node.start : this.node.keyStarts[index]!;
    return this.document.place({ start }, this.path.field(key));
  }

  get(key: string): Field | undefined {
    const node = valueOf(this.node, key);
    if (node === undefined || isNull(node)) return undefined;
    return { document: this.document, node, path: this.path.field(key) };
  }

  /** The value of the pair at an index, for maps whose keys are the user's own. */
  entry(index: number): Field {
    const { document, node } = this;
    return { document, node: node.values[index]!, path: this.path.entry(node.keys[index]!) };
  }

  /** The value of the pair at an index as text, as {@link textOf} reads it. */
  textAt(index: number): string | Malformed {
    const node = this.node.values[index]!;
    if (node.kind === 'scalar' && typeof node.value === 'string') return node.value;
    return textOf(this.entry(index));
  }

  /** Reports at the key of the pair at an index. */
  reportKey(index: number, severity: Severity, code: string, message: string): void {
    const start = this.node.keyStarts[index]!;
    const place = this.document.place({ start }, this.path.entry(this.node.keys[index]!));
    this.document.report(severity, code, place, message);
  }

  map(
    key: string,
    known?: readonly string[],
    elsewhere?: Elsewhere,
  ): Fields | Malformed | undefined {
    const field = this.get(key);
    return field && Fields.of(field, known, elsewhere);
  }

  list(key: string): Field[] | Malformed | undefined {
    const field = this.get(key);
    if (field === undefined) return undefined;
    if (field.node.kind !== 'sequence') return wrongType(field, 'a list');
    const { document, path } = field;
    return field.node.items.map((node, i) => ({ document, node, path: path.item(i) }));
  }

  text(key: string): string | Malformed | undefined {
    const node = valueOf(this.node, key);
    if (node?.kind === 'scalar' && typeof node.value === 'string') return node.value;
    const field = this.get(key);
    return field && textOf(field);
  }

  integer(key: string): number | Malformed | undefined {
    const field = this.get(key);
    if (field === undefined) return undefined;
    const { node } = field;
    if (node.kind === 'scalar' && Number.isInteger(node.value)) return node.value as number;
    return wrongType(field, 'a whole number');
  }

  boolean(key: string): boolean | Malformed | undefined {
    const field = this.get(key);
    if (field === undefined) return undefined;
    const { node } = field;
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
    return wrongType(field, '`true` or `false`');
  }
}

/** Reads a field as text; numbers and booleans must be quoted to be text. */
export function textOf(field: Field): string | Malformed {
  const { node } = field;
  if (node.kind === 'scalar' && typeof node.value === 'string') return node.value;
  const quoted = node.kind === 'scalar' && node.value !== null;
  return wrongType(field, 'text', quoted ? `: quote it, \`"${writtenText(field)}"\`` : '');
}

/** A plain scalar as it stands in the manifest: `0777`, where the value is 511. */
function writtenText({ document, node }: Field): string {
  WRITTEN.lastIndex = node.start;
  return WRITTEN.exec(document.source.text)?.[0] ?? '';
}

const WRITTEN = /[^\s,\]}"]+/y;

/** The value, or undefined when it was absent or malformed (and already reported). */
export function orNothing<T>(value: T | Malformed | undefined): T | undefined {
  return value === MALFORMED ? undefined : value;
}
