import { nearest } from '../../model/nearest.ts';
import { holds, selects } from '../../model/selector.ts';
import type { Labels, Requirement, Selector } from '../../model/selector.ts';

/** A requirement that matches nothing and the label that is there instead. */
export interface MeantLabel {
  readonly requirement: Requirement;
  readonly key: string;
  /** The value that is there; undefined when only the key was asked for. */
  readonly value: string | undefined;
}

/**
 * The label someone most likely meant by a selector that matches none of the objects: of the objects
 * that satisfy all its other requirements, the nearest value of the key, the key under which the
 * value stands, or the nearest key. Undefined when nothing is near.
 */
export function meantLabel(selector: Selector, objects: readonly Labels[]): MeantLabel | undefined {
  for (const requirement of selector) {
    if (requirement.operator !== 'In' && requirement.operator !== 'Exists') continue;
    const others = selector.filter((one) => one !== requirement);
    const near = objects.filter((labels) => selects(others, labels) && !holds(requirement, labels));
    const meant = near.length > 0 ? meantBy(requirement, near) : undefined;
    if (meant !== undefined) return { requirement, ...meant };
  }
  return undefined;
}

function meantBy(
  { key, operator, values }: Requirement,
  objects: readonly Labels[],
): Omit<MeantLabel, 'requirement'> | undefined {
  if (operator === 'Exists') {
    const found = nearest(key, new Set(objects.flatMap((labels) => Object.keys(labels))));
    return found === undefined ? undefined : { key: found, value: undefined };
  }
  const there = valuesOf(key, objects);
  for (const value of values) {
    const found = meantName(value, there);
    if (found !== undefined) return { key, value: found };
  }
  for (const value of values) {
    const keys = keysWith(value, objects);
    const found = nearest(key, keys) ?? (TELLS_NOTHING.test(value) ? undefined : keys[0]);
    if (found !== undefined) return { key: found, value };
  }
  return undefined;
}

/** Values that stand under many keys and so do not tell which key was meant. */
const TELLS_NOTHING = /^(?:.{0,2}|true|false|enabled|disabled|v?[0-9.]+)$/;

/**
 * The candidate someone most likely meant by a name. Names that differ in digits only (`web-1`,
 * `web-2`) are different names on purpose, and among very short ones a changed letter proves nothing.
 */
export function meantName(name: string, candidates: readonly string[]): string | undefined {
  const bare = (text: string): string => text.toLowerCase().replaceAll(/[0-9]/g, '');
  const alike = candidates.filter((candidate) => {
    if (candidate.toLowerCase() === name.toLowerCase()) return true;
    return bare(candidate) !== bare(name) && (name.length > 3 || candidate.length !== name.length);
  });
  return nearest(name, alike);
}

/** The values a key has among the objects. */
export function valuesOf(key: string, objects: readonly Labels[]): string[] {
  const values = new Set<string>();
  for (const labels of objects) if (Object.hasOwn(labels, key)) values.add(labels[key]!);
  return [...values];
}

function keysWith(value: string, objects: readonly Labels[]): string[] {
  const keys = new Set<string>();
  for (const labels of objects) {
    for (const [key, own] of Object.entries(labels)) if (own === value) keys.add(key);
  }
  return [...keys];
}

/** `app=db`, as `kubectl get -l` would take it. */
export function labelText({ key, value }: Pick<MeantLabel, 'key' | 'value'>): string {
  return value === undefined ? key : `${key}=${value}`;
}
