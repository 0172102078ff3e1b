import { UNREADABLE } from '../../model/selector.ts';

/** Where things are written, what people note on them, and what says the same in other words. */
const SILENT: ReadonlySet<string> = new Set([
  'place',
  'subjectPlace',
  'policyTypesPlace',
  'annotations',
  'written',
  'addresses',
]);

/** Lists whose order has a meaning, by the name of their field: the rules of cluster policies (C7). */
const ORDERED: ReadonlySet<string> = new Set(['ingress', 'egress']);

/**
 * A text equal for objects that say the same, wherever they stand and in whatever order they list things.
 * `ordered`: whether the order of rules counts. Two that differ may still mean the same.
 */
export function contentKey(value: unknown, ordered = false, field = ''): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) {
    const parts = value.map((one: unknown) => contentKey(one, ordered, typeof one));
    return `[${(ordered && ORDERED.has(field) ? parts : parts.sort()).join()}]`;
  }
  if (value instanceof Map || value instanceof Set) return contentKey([...value], ordered, field);
  const parts: string[] = [];
  for (const [key, own] of Object.entries(value)) {
    if (SILENT.has(key) || own === undefined) continue;
    parts.push(`${JSON.stringify(key)}:${contentKey(own, ordered, key)}`);
  }
  const unreadable = (value as { [UNREADABLE]?: unknown })[UNREADABLE];
  if (unreadable !== undefined) parts.push(`unreadable:${contentKey(unreadable)}`);
  return `{${parts.sort().join()}}`;
}

/** Whether two values say the same, in the same order; quicker than comparing their keys. */
export function isSameContent(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!isSameContent(a[i], b[i])) return false;
    return true;
  }
  if (a instanceof Map || a instanceof Set) return false;
  const [first, second] = [a as Fields, b as Fields];
  let left = 0;
  for (const key in second) if (!SILENT.has(key) && second[key] !== undefined) left++;
  for (const key in first) {
    if (SILENT.has(key) || first[key] === undefined) continue;
    if (!Object.hasOwn(second, key) || !isSameContent(first[key], second[key])) return false;
    left--;
  }
  return left === 0 && first[UNREADABLE] === second[UNREADABLE];
}

interface Fields {
  readonly [key: string]: unknown;
  readonly [UNREADABLE]?: unknown;
}
