import { test } from 'vitest';
import { PAIRS, SEED } from '../generators/seed.ts';
import { wild } from '../generators/wild.ts';
import { compareAll, formatTally } from './agreement.ts';

test('all implementations agree on wild clusters', { timeout: 600_000 }, () => {
  const tally = compareAll(wild(4), { seed: SEED, pairs: PAIRS, perPair: 1 });
  console.log(formatTally('wild', SEED, tally));
});
