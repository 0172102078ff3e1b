import { nearest } from '../model/nearest.ts';
import type { Place } from '../model/place.ts';
import type { Severity } from '../model/problem.ts';
import type { Document } from './document.ts';
import { describe, isNull, valueOf } from './yaml-node.ts';
import type { MappingNode, YamlNode } from './yaml-node.ts';

/** A field was written, but not as the API can read it; never to be taken for absent (decision D8). */
export const MALFORMED: unique symbol = Symbol('malformed');
export type Malformed = typeof MALFORMED;

/** One value under its field path, on the way to becoming model. */
export interface Field {
  readonly document: Document;
  readonly node: YamlNode;
  readonly path: string;
}

export function placeOf({ document, node, path }: Field): Place {
  return document.place(node, path);
}

export function report(field: Field, severity: Severity, code: string, message: string): void {
  field.document.report(severity, code, placeOf(field), message);
}

/** Says that a field is not of the type the API wants. */
function wrongType(field: Field, wanted: string): Malformed {
  const name = field.path.slice(field.path.lastIndexOf('.') + 1);
  report(
    field,
    'error',
    'wrong-type',
    `\`${name}\` must be ${wanted}, not ${describe(field.node)}`,
  );
  return MALFORMED;
}

/** The fields of a map of the API; nulls count as absent, as they do for the API server. */
export class Fields {
  readonly document: Document;
  readonly node: MappingNode;
  readonly path: string;

  private constructor(document: Document, node: MappingNode, path: string) {
    this.document = document;
    this.node = node;
    this.path = path;
  }

  /** Reads a field as a map; with `known`, other keys are warned about with the nearest known one. */
  static of(field: Field, known?: readonly string[]): Fields | Malformed {
    if (field.node.kind !== 'mapping') return wrongType(field, 'a map');
    const fields = new Fields(field.document, field.node, field.path);
    if (known !== undefined) fields.#warnUnknown(known);
    return fields;
  }

  #warnUnknown(known: readonly string[]): void {
    this.node.keys.forEach((key, i) => {
      if (known.includes(key)) return;
      const meant = nearest(key, known);
      const remedy = meant === undefined ? 'the API server drops it' : `did you mean \`${meant}\`?`;
      const place = this.document.place({ start: this.node.keyStarts[i]! }, this.#pathOf(key));
      this.document.report(
        'warning',
        'unknown-field',
        place,
        `unknown field \`${key}\`: ${remedy}`,
      );
    });
  }

  #pathOf(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  get place(): Place {
    return this.document.place(this.node, this.path);
  }

  /** Whether the key was written, even with null as its value. */
  has(key: string): boolean {
    return this.node.keys.includes(key);
  }

  /** The place of the key itself; of the map when the key is absent. */
  keyPlace(key: string): Place {
    const index = this.node.keys.indexOf(key);
    const start = index === -1 ? this.node.start : this.node.keyStarts[index]!;
    return this.document.place({ start }, this.#pathOf(key));
  }

  get(key: string): Field | undefined {
    const node = valueOf(this.node, key);
    if (node === undefined || isNull(node)) return undefined;
    return { document: this.document, node, path: this.#pathOf(key) };
  }

  map(key: string, known?: readonly string[]): Fields | Malformed | undefined {
    const field = this.get(key);
    return field && Fields.of(field, known);
  }

  list(key: string): Field[] | Malformed | undefined {
    const field = this.get(key);
    if (field === undefined) return undefined;
    if (field.node.kind !== 'sequence') return wrongType(field, 'a list');
    const { document, path } = field;
    return field.node.items.map((node, i) => ({ document, node, path: `${path}[${i}]` }));
  }

  text(key: string): string | Malformed | undefined {
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
  const remedy =
    node.kind === 'scalar' && node.value !== null ? `: quote it, \`"${node.value}"\`` : '';
  const name = field.path.slice(field.path.lastIndexOf('.') + 1);
  report(field, 'error', 'wrong-type', `\`${name}\` must be text, not ${describe(node)}${remedy}`);
  return MALFORMED;
}

/** The value, or undefined when it was absent or malformed (and already reported). */
export function orNothing<T>(value: T | Malformed | undefined): T | undefined {
  return value === MALFORMED ? undefined : value;
}
