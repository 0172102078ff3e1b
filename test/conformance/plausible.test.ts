import { test } from 'vitest';
import { plausible } from '../generators/cluster.ts';
import { PAIRS, SEED } from '../generators/seed.ts';
import { compareAll, formatTally } from './agreement.ts';

test('all implementations agree on plausible clusters', { timeout: 600_000 }, () => {
  const tally = compareAll(plausible({ clusterPolicies: 4 }), {
    seed: SEED,
    pairs: PAIRS,
    perPair: 2,
  });
  console.log(formatTally('plausible', SEED, tally));
});
