/** Does `f` to every item, `width` of them at once; rejects with the first failure when all have ended. */
export async function parallel<T, R>(
  items: readonly T[],
  width: number,
  f: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [i, item] of queue) results[i] = await f(item);
  };
  const ended = await Promise.allSettled(Array.from({ length: width }, work));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return results;
}
