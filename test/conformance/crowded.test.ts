import { test } from 'vitest';
import { plausible } from '../generators/cluster.ts';
import { PAIRS, SEED } from '../generators/seed.ts';
import { compareAll, formatTally } from './agreement.ts';

// More classes than fit a word of bits: sets of classes are kept as lists or as bits by their size.
test('all implementations agree on crowded clusters', { timeout: 600_000 }, () => {
  const crowded = plausible({ minWorkloads: 40, workloads: 60, policies: 12, clusterPolicies: 8 });
  const tally = compareAll(crowded, { seed: SEED, pairs: PAIRS, perPair: 1 });
  console.log(formatTally('crowded', SEED, tally));
});
