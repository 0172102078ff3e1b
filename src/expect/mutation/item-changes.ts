import type { Place } from '../../model/place.ts';
import { withItem, withoutItem } from './mutant.ts';

/** What may stand in the place of an item by one change: one, or several. */
export interface ItemChange<Item> {
  readonly what: string;
  readonly became: readonly Item[];
}

/** A list as one change to one of its items makes it. */
export interface ListChange<Item> extends ItemChange<Item> {
  readonly place: Place;
}

/**
 * Every single change to a list of peers or ports: an item taken out, unless it is the only one, or changed
 * as `changesOf` says. `noun` is what an item is called.
 */
export function* listChanges<Item extends { readonly place: Place }>(
  list: readonly Item[],
  noun: string,
  changesOf: (item: Item) => Iterable<ItemChange<Item>>,
): Generator<ListChange<Item>> {
  for (const [index, item] of list.entries()) {
    const { place } = item;
    // an empty list would be one for all
    if (list.length > 1)
      yield { what: `take ${noun} ${index + 1} out`, place, became: withoutItem(list, index) };
    for (const { what, became } of changesOf(item))
      yield { what, place, became: withItem(list, index, ...became) };
  }
}
