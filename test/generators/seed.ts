/**
 * Where generated tests begin. `SLUICE_SEED` repeats a run, `SLUICE_PAIRS` makes the comparison of
 * implementations longer or shorter.
 *
 * @module
 */

/** The seed of this run; printed with every failure. */
export const SEED = numberOf('SLUICE_SEED', 1);

/** How many questions, at least, each mood asks all implementations. */
export const PAIRS = numberOf('SLUICE_PAIRS', 200_000);

function numberOf(name: string, fallback: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`${name} must be a number, not \`${text}\``);
  return value;
}
