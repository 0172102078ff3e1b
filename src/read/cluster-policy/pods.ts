import { nearest } from '../../model/nearest.ts';
import { EVERYTHING } from '../../model/selector.ts';
import { Fields, MALFORMED, report } from '../fields/fields.ts';
import type { Field } from '../fields/fields.ts';
import { readSelector } from '../fields/labels.ts';
import type { ReadSelector } from '../fields/labels.ts';
import { BESIDE_PODS } from './habits.ts';
import type { ClusterWords } from './words.ts';

const UNKNOWN: ReadSelector = { requirements: EVERYTHING, whole: false };
const PODS: readonly string[] = ['namespaceSelector', 'podSelector'];
const SELECTOR: readonly string[] = ['matchLabels', 'matchExpressions'];

/**
 * Reads a selector of the tiers: one that has fields, but none that is known, cannot be read and is not
 * an empty one (decision D25), for versions of the API differ in what may stand there.
 */
export function readTierSelector(field: Field): ReadSelector {
  const { node } = field;
  if (node.kind !== 'mapping' || node.keys.length === 0) return readSelector(field);
  if (node.keys.some((key) => SELECTOR.includes(key))) return readSelector(field);
  const fields = Fields.of(field);
  if (fields === MALFORMED) return UNKNOWN;
  const key = node.keys[0]!;
  const meant = nearest(key, SELECTOR);
  const remedy =
    EARLY.get(key) ??
    (meant === undefined ? 'labels belong in its `matchLabels`' : `did you mean \`${meant}\`?`);
  const message = `\`${key}\` is no field of a selector, which so cannot be read; ${remedy}`;
  fields.reportKey(0, 'error', 'invalid-selector', message);
  return UNKNOWN;
}

/** What selected namespaces in early forms of v1alpha1 (shared_types.go of its first releases). */
const EARLY: ReadonlyMap<string, string> = new Map([
  ['namespaceSelector', 'write its `matchLabels` here directly'],
  ['podSelector', 'write `pods: {namespaceSelector: {}, podSelector: …}`'],
  ['related', 'the API has no such relation any more'],
  ['sameLabels', 'the API has no such relation any more'],
  ['notSameLabels', 'the API has no such relation any more'],
]);

/** What could be read of `pods`. */
export interface ReadPods {
  readonly namespaces: ReadSelector;
  readonly pods: ReadSelector;
}

/** Reads pods by label in namespaces by label; what is unreadable selects what could be read (C14, D22). */
export function readPods(field: Field, { namespacesAreOptional }: ClusterWords): ReadPods {
  const fields = Fields.of(field, PODS, BESIDE_PODS);
  if (fields === MALFORMED) return { namespaces: UNKNOWN, pods: UNKNOWN };
  const namespaces = fields.get('namespaceSelector');
  const pods = fields.get('podSelector');
  const missing = (key: string, all: string): ReadSelector => {
    const message = `\`${key}\` is missing; write \`${key}: {}\` for all ${all}`;
    report(field, 'error', 'missing-field', message);
    return UNKNOWN;
  };
  if (namespacesAreOptional) fields.noteEmpty('namespaceSelector', 'it is all namespaces');
  const absent = (): ReadSelector =>
    namespacesAreOptional
      ? { requirements: EVERYTHING, whole: true }
      : missing('namespaceSelector', 'namespaces');
  return {
    namespaces: namespaces === undefined ? absent() : readTierSelector(namespaces),
    pods: pods === undefined ? missing('podSelector', 'pods') : readTierSelector(pods),
  };
}
