/**
 * Finds which of some suspects the kernel cannot take, by halves. `accepts` programs everything with the
 * suspects given put aside, and says whether that was taken; with all of them put aside it was.
 */
export async function findGuilty(
  suspects: readonly string[],
  accepts: (aside: readonly string[]) => Promise<boolean>,
): Promise<string[]> {
  return search(suspects, []);

  async function search(some: readonly string[], aside: readonly string[]): Promise<string[]> {
    if (await accepts(aside)) return [];
    if (some.length === 1) return [...some];
    const half = some.length >> 1;
    const [left, right] = [some.slice(0, half), some.slice(half)];
    const guilty = await search(left, [...aside, ...right]);
    return [...guilty, ...(await search(right, [...aside, ...guilty]))];
  }
}
