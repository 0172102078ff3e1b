/** Labels of a pod or namespace. */
export type Labels = Readonly<Record<string, string>>;

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

/** Whether labels satisfy a selector; `NotIn` and `DoesNotExist` hold for a missing key (semantics S6). */
export function selects(selector: Selector, labels: Labels): boolean {
  return selector.every((requirement) => holds(requirement, labels));
}

/** Whether labels satisfy one requirement. */
export function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const present = Object.hasOwn(labels, key);
  switch (operator) {
    case 'In':
      return present && values.includes(labels[key]!);
    case 'NotIn':
      return !present || !values.includes(labels[key]!);
    case 'Exists':
      return present;
    case 'DoesNotExist':
      return !present;
  }
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
