import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesBetween } from '../../src/compile/change.ts';
import { NodeCompiler } from '../../src/compile/compiler.ts';
import type { NodeOptions } from '../../src/compile/node.ts';
import type { Ruleset } from '../../src/compile/ruleset.ts';
import { rulesetText } from '../../src/compile/text.ts';
import { addressRange, parseBlock } from '../../src/model/address-set.ts';
import { SEED } from '../generators/seed.ts';
import { clusterAt, histories } from './history.ts';
import { canonicalKey, runAll, whyNoNft } from './real-nft.ts';
import type { Listing } from './real-nft.ts';

const RUNS = Number(process.env['SLUICE_NFT_HISTORIES'] ?? 25);
const { low, high } = parseBlock('10.244.0.0/24')!;
const OPTIONS: NodeOptions = {
  name: 'n1',
  podCidrs: addressRange(4, low, high),
  podLinks: 'slp-',
  linkOf: (key) => `slp-${key.replace('/', '-')}`,
};

/** What nft should list for a ruleset. */
function listingOf({ sets }: Ruleset): Listing {
  return Object.fromEntries(
    sets
      .filter(({ dynamic }) => dynamic === undefined)
      .map(({ name, elements }) => [
        name,
        Object.fromEntries([...elements].map(([key, value]) => [canonicalKey(key), value])),
      ]),
  );
}

const why = whyNoNft();
if (why !== undefined) console.log(`real nft: ${why}`);

describe.skipIf(why !== undefined)('the real nft', { timeout: 600_000 }, () => {
  test('takes every transaction, and then holds exactly the ruleset', () => {
    fc.assert(
      fc.property(histories(), ({ moments }) => {
        const clusters = moments.map(clusterAt);
        const compiler = new NodeCompiler(OPTIONS, { epoch: 1, generation: 0 });
        const { texts, wanted } = record(compiler, clusters);
        // a new process over the table that the old one left, on a node that checks no sources
        const { podLinks: _, ...others } = OPTIONS;
        const start = { epoch: 2, generation: compiler.generation };
        const next = new NodeCompiler({ ...others, allowEgressToLocalNode: true }, start);
        const again = record(next, [clusters.at(-1)!, clusters[0]!]);
        const listings = runAll([...texts, ...again.texts]);
        expect(listings).toEqual([...wanted, ...again.wanted].map((one, i) => one ?? listings[i]));
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  test('takes the ruleset as it is printed, explained or not', () => {
    fc.assert(
      fc.property(histories(), ({ moments }) => {
        const compiler = new NodeCompiler(OPTIONS, { epoch: 1, generation: 0 });
        compiler.load(clusterAt(moments[0]!));
        const ruleset = compiler.ruleset();
        for (const annotated of [false, true]) {
          const [listing] = runAll([rulesetText(ruleset, { annotated })]);
          expect(listing).toEqual(listingOf(ruleset));
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});

/** Every transaction of a history, and what must be listed after it; undefined: not compared. */
function record(
  compiler: NodeCompiler,
  clusters: readonly ReturnType<typeof clusterAt>[],
): { texts: string[]; wanted: (Listing | undefined)[] } {
  const texts: string[] = [];
  const wanted: (Listing | undefined)[] = [];
  const add = ({ apply, sweep }: { apply: string; sweep: string | undefined }): void => {
    texts.push(apply);
    wanted.push(sweep === undefined ? listingOf(compiler.ruleset()) : undefined);
    if (sweep === undefined) return;
    texts.push(sweep);
    wanted.push(listingOf(compiler.ruleset()));
  };
  add(compiler.load(clusters[0]!));
  clusters.slice(1).forEach((cluster, i) => {
    const transaction = compiler.update(changesBetween(clusters[i]!, cluster));
    if (transaction !== undefined) add(transaction);
  });
  add(compiler.reload());
  return { texts, wanted };
}
