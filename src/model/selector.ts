/** Under this symbol, {@link Labels} keep the keys that stand in the manifest but cannot be read. */
export const UNREADABLE: unique symbol = Symbol('unreadable');

/**
 * Labels of a pod or namespace. A label the API server would refuse is not among them but in the set
 * under {@link UNREADABLE}; `all` when `labels` itself could not be read, so that any key may stand there.
 */
export interface Labels {
  readonly [key: string]: string;
  readonly [UNREADABLE]?: ReadonlySet<string> | 'all';
}

/** The four operators of a label selector. */
export type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';

/** One condition on the labels; `matchLabels` are `In` with one value. */
export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** A label selector: all requirements must hold, so the empty one selects everything. */
export type Selector = readonly Requirement[];

export const EVERYTHING: Selector = [];

/**
 * Whether labels satisfy a selector; `NotIn` and `DoesNotExist` hold for a missing key (semantics S6).
 * `unreadable` is what a requirement on a label that cannot be read counts as: true for the subject of a
 * policy, which then isolates more, false for a peer, which then allows less (decision D8).
 */
export function selects(selector: Selector, labels: Labels, unreadable = false): boolean {
  return selector.every((requirement) => holds(requirement, labels, unreadable));
}

/** Whether labels satisfy one requirement; `unreadable` as in {@link selects}. */
export function holds(
  { key, operator, values }: Requirement,
  labels: Labels,
  unreadable = false,
): boolean {
  if (Object.hasOwn(labels, key)) {
    switch (operator) {
      case 'In':
        return values.includes(labels[key]!);
      case 'NotIn':
        return !values.includes(labels[key]!);
      case 'Exists':
        return true;
      case 'DoesNotExist':
        return false;
    }
  }
  if (isUnreadable(labels, key)) return unreadable;
  return operator === 'NotIn' || operator === 'DoesNotExist';
}

/** Whether a label stands, or may stand, under the key without anyone being able to read it. */
export function isUnreadable(labels: Labels, key: string): boolean {
  const keys = labels[UNREADABLE];
  if (keys === undefined || Object.hasOwn(labels, key)) return false;
  return keys === 'all' || keys.has(key);
}

/** A text equal for selectors written alike, whatever the order of their requirements. */
export function selectorKey(selector: Selector): string {
  if (selector.length === 1) return requirementKey(selector[0]!);
  return selector.map(requirementKey).sort().join('&');
}

function requirementKey({ key, operator, values }: Requirement): string {
  const list = values.length < 2 ? values.join() : [...values].sort().join();
  return `${key} ${operator} ${list}`;
}

/** The selector as `kubectl get -l` would take it: `app=web,tier in (a, b),!debug`; empty: `(everything)`. */
export function formatSelector(selector: Selector): string {
  if (selector.length === 0) return '(everything)';
  return selector.map(formatRequirement).join(',');
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'In':
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(', ')})`;
    case 'NotIn':
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(', ')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
  }
}
