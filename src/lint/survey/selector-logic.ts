import { NAMESPACE_NAME_LABEL } from '../../model/cluster.ts';
import { selects } from '../../model/selector.ts';
import type { Labels, Requirement, Selector } from '../../model/selector.ts';

/**
 * Whether a selector asks for some label to be there. One that only excludes (`NotIn`,
 * `DoesNotExist`, or nothing at all) is meant for what may come, so it may well match nothing today.
 */
export function namesLabels(selector: Selector): boolean {
  return selector.some(({ operator }) => operator === 'In' || operator === 'Exists');
}

/** Selects the namespace of the name, by the label that every namespace has (S15). */
export function calledNamespace(name: string): Selector {
  return [{ key: NAMESPACE_NAME_LABEL, operator: 'In', values: [name] }];
}

/** Whether a requirement is one by which pods ask to be let in, like `db-client: "true"`. */
export function isOptIn({ operator, values }: Requirement): boolean {
  return operator === 'Exists' || (operator === 'In' && values.every((value) => value === 'true'));
}

/**
 * Whether everything the first selector selects, the second selects too, whatever labels there may
 * be. It never says so wrongly; it may miss it where several requirements only imply one together.
 */
export function implies(first: Selector, second: Selector): boolean {
  return second.every((wanted) => first.some((given) => guarantees(given, wanted)));
}

function guarantees(given: Requirement, wanted: Requirement): boolean {
  if (given.key !== wanted.key) return false;
  switch (wanted.operator) {
    case 'In':
      return (
        given.operator === 'In' && given.values.every((value) => wanted.values.includes(value))
      );
    case 'Exists':
      return given.operator === 'In' || given.operator === 'Exists';
    case 'DoesNotExist':
      return given.operator === 'DoesNotExist';
    case 'NotIn':
      if (given.operator === 'In')
        return !given.values.some((value) => wanted.values.includes(value));
      return (
        given.operator === 'DoesNotExist' ||
        (given.operator === 'NotIn' && wanted.values.every((value) => given.values.includes(value)))
      );
  }
}

/** Whether each requirement holds for some of the labels, though all of them hold for none. */
export function holdsOnlyApart(selector: Selector, all: readonly Labels[]): boolean {
  return (
    selector.length > 1 &&
    selector.every((requirement) => all.some((labels) => selects([requirement], labels))) &&
    !all.some((labels) => selects(selector, labels))
  );
}
