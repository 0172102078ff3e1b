/**
 * Labels and label selectors: matchLabels and matchExpressions, and what is none.
 *
 * @module
 */
import type { Cluster } from './cluster.ts';
import { at, isMap, list } from './object.ts';

/** A label's value by its key: undefined when the object lacks it. */
export type Labels = (key: string) => string | undefined | typeof UNREADABLE;
const UNREADABLE = Symbol('unreadable');
const LABEL_NAME = /^(?=.{1,63}$)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_PREFIX =
  /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function isLabelKey(key: unknown): key is string {
  const [name = '', prefix, ...rest] = typeof key === 'string' ? key.split('/').reverse() : [];
  return (
    LABEL_NAME.test(name) && (prefix === undefined || LABEL_PREFIX.test(prefix)) && !rest.length
  );
}

function isLabelValue(value: unknown): value is string {
  return typeof value === 'string' && (value === '' || LABEL_NAME.test(value));
}

/** The labels of a pod or node, unreadable where the API server would refuse them. */
export function labelsOf({ labels }: { readonly labels: unknown }): Labels {
  if (labels !== undefined && !isMap(labels)) return () => UNREADABLE;
  return (key) => {
    if (labels === undefined || !Object.hasOwn(labels, key)) return undefined;
    return isLabelValue(labels[key]) ? labels[key] : UNREADABLE;
  };
}

/** S15, D10: every namespace has its name as a label, whatever its object says. */
export function namespaceLabels(namespace: string, { namespaceLabels }: Cluster): Labels {
  const labels = labelsOf({ labels: namespaceLabels.get(namespace) });
  return (key) => (key === 'kubernetes.io/metadata.name' ? namespace : labels(key));
}

/**
 * S6: matchLabels and matchExpressions are ANDed. What cannot be read counts as `unreadable`: true
 * for the subject, so that it isolates more, false for a peer, so that it allows less (D8).
 */
export function selectorMatches(selector: unknown, labels: Labels, unreadable: boolean): boolean {
  const { requirements, readable } = requirementsOf(selector);
  return (
    (readable || unreadable) &&
    requirements.every((requirement) => requirementHolds(requirement, labels) ?? unreadable)
  );
}

/** Whether all of a selector can be read, whatever it is asked of. */
export function isSelector(selector: unknown): boolean {
  const { requirements, readable } = requirementsOf(selector);
  const none: Labels = () => undefined;
  return readable && requirements.every((one) => requirementHolds(one, none) !== undefined);
}

/** Whether a selector selects everything: it has nothing that could fail. */
export function isEmptySelector(selector: unknown): boolean {
  return isSelector(selector) && requirementsOf(selector).requirements.length === 0;
}

/** The requirements that can be made out, and whether these are all. */
function requirementsOf(selector: unknown): {
  readonly requirements: readonly unknown[];
  readonly readable: boolean;
} {
  const matchLabels = at(selector, 'matchLabels') ?? {};
  const expressions = list(at(selector, 'matchExpressions'));
  return {
    requirements: [
      ...(isMap(matchLabels) ? Object.entries(matchLabels) : []).map(([key, value]) => ({
        key,
        operator: 'In',
        values: [value],
      })),
      ...(expressions ?? []),
    ],
    readable: isMap(selector) && isMap(matchLabels) && expressions !== undefined,
  };
}

/** Undefined when the requirement, or the label it asks for, is not one the API server accepts. */
function requirementHolds(requirement: unknown, labels: Labels): boolean | undefined {
  const key = at(requirement, 'key');
  const values = list(at(requirement, 'values'));
  if (!isLabelKey(key) || !values?.every(isLabelValue)) return undefined;
  const value = labels(key);
  if (value === UNREADABLE) return undefined;
  switch (at(requirement, 'operator')) {
    case 'In':
      return values.length > 0 ? value !== undefined && values.includes(value) : undefined;
    case 'NotIn':
      return values.length > 0 ? value === undefined || !values.includes(value) : undefined;
    case 'Exists':
      return values.length === 0 ? value !== undefined : undefined;
    case 'DoesNotExist':
      return values.length === 0 ? value === undefined : undefined;
    default:
      return undefined;
  }
}
