/** Longer lists grow by `push`, which leaves room for many more. */
const SHORT = 4;

/**
 * The list with one more item, for lists most of which stay very short: thousands are kept, and one that
 * grows by its first `push` has room for sixteen. Do not use the list given any more.
 */
export function withOne<T>(list: T[] | undefined, item: T): T[] {
  if (list === undefined) return [item];
  if (list.length < SHORT) return list.concat([item]);
  list.push(item);
  return list;
}
