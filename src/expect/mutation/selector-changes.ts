import { formatSelector } from '../../model/selector.ts';
import type { Selector } from '../../model/selector.ts';
import { withoutItem } from './mutant.ts';

/** A selector that asks for less than another, and how it differs. */
export interface SelectorChange {
  readonly what: string;
  readonly selector: Selector;
}

/** A selector without one of its requirements; one that has a single requirement is not emptied. */
export function* selectorChanges(selector: Selector, name: string): Generator<SelectorChange> {
  if (selector.length < 2) return;
  for (const [index, requirement] of selector.entries()) {
    const what = `take \`${formatSelector([requirement])}\` out of its ${name}`;
    yield { what, selector: withoutItem(selector, index) };
  }
}
