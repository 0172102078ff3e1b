import type { Labels, Selector } from '../../model/selector.ts';

/** How many different label values a selector may need before it counts as needing none. */
const MOST_VALUES = 64;

/** `key=value`, as pods are found by it. */
export function labelText(key: string, value: string): string {
  return `${key}=${value}`;
}

/**
 * The label values of which a pod must have one to be selected, by the requirement that names the fewest;
 * undefined when there is no such requirement. Exactly which pods are selected only the selector can tell.
 */
export function valuesNeeded(selector: Selector): readonly string[] | undefined {
  let best: readonly string[] | undefined;
  for (const { key, operator, values } of selector) {
    if (operator !== 'In' || values.length > MOST_VALUES) continue;
    if (best === undefined || values.length < best.length) {
      best = [...new Set(values)].map((value) => labelText(key, value));
    }
  }
  return best;
}

/** Selectors by what a pod must have, to find those that may select a given pod without asking all. */
export class Anchors<T> {
  readonly #items = new Map<string, T[]>();

  /** `namespaces`: those whose pods it may select; undefined: any. */
  add(item: T, namespaces: readonly string[] | undefined, selector: Selector): void {
    for (const anchor of anchorsOf(namespaces, selector)) {
      const items = this.#items.get(anchor);
      if (items === undefined) this.#items.set(anchor, [item]);
      else items.push(item);
    }
  }

  remove(item: T, namespaces: readonly string[] | undefined, selector: Selector): void {
    for (const anchor of anchorsOf(namespaces, selector)) {
      const items = this.#items.get(anchor);
      if (items === undefined) continue;
      removeFrom(items, item);
      if (items.length === 0) this.#items.delete(anchor);
    }
  }

  /** All that may select a pod with these labels, each once. */
  of(namespace: string, labels: Labels): T[] {
    const found: T[] = [];
    const look = (anchor: string): void => {
      const items = this.#items.get(anchor);
      if (items !== undefined) found.push(...items);
    };
    const own = `${namespace} `;
    look(own);
    look(' ');
    for (const key of Object.keys(labels)) {
      const label = labelText(key, labels[key]!);
      look(own + label);
      look(` ${label}`);
    }
    return found;
  }
}

/** Takes an item out of a list that is in no order, if it is there. */
export function removeFrom<T>(list: T[], item: T): void {
  const i = list.indexOf(item);
  if (i === -1) return;
  list[i] = list.at(-1)!;
  list.pop();
}

function anchorsOf(namespaces: readonly string[] | undefined, selector: Selector): string[] {
  const places = namespaces === undefined ? [' '] : namespaces.map((name) => `${name} `);
  const labels = valuesNeeded(selector) ?? [''];
  return places.flatMap((place) => labels.map((label) => place + label));
}
