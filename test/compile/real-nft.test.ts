import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesBetween } from '../../src/compile/matrix/change.ts';
import type { NodeOptions } from '../../src/compile/ruleset/node.ts';
import type { Ruleset } from '../../src/compile/ruleset/ruleset.ts';
import { NodeCompiler } from '../../src/compile/transaction/compiler.ts';
import type { Transaction } from '../../src/compile/transaction/compiler.ts';
import { rulesetText } from '../../src/compile/transaction/text.ts';
import { addressRange, parseBlock } from '../../src/model/address-set.ts';
import { parseAddress } from '../../src/model/address.ts';
import { SEED } from '../generators/seed.ts';
import { smallCluster } from '../packet/small-cluster.ts';
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
/** The same, with links told apart by their groups. */
const BY_GROUP: NodeOptions = {
  ...OPTIONS,
  linkGroupOf: (key) => 100_000 + Number(/\d+$/.exec(key)![0]),
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

/** Pods of node n1 may reach nothing but what one entry names. */
function namesOnly(entry: string): object {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'names' },
    spec: {
      tier: 'Admin',
      priority: 1,
      subject: { namespaces: {} },
      egress: [
        { action: 'Accept', to: [{ domainNames: [entry] }] },
        { action: 'Deny', to: [{ networks: ['0.0.0.0/0', '::/0'] }] },
      ],
    },
  };
}

const why = whyNoNft();
if (why !== undefined) console.log(`real nft: ${why}`);

describe.skipIf(why !== undefined)('the real nft', { timeout: 600_000 }, () => {
  test('takes every transaction, and then holds exactly the ruleset', () => {
    fc.assert(
      fc.property(histories(), ({ moments }) => {
        const clusters = moments.map(clusterAt);
        const compiler = new NodeCompiler(BY_GROUP, { epoch: 1, generation: 0 });
        const { texts, wanted } = record(compiler, clusters);
        // a new process over the table that the old one left, on a node that checks no sources
        const { podLinks: _, ...others } = BY_GROUP;
        const start = { epoch: 2, generation: compiler.generation };
        const next = new NodeCompiler({ ...others, allowEgressToLocalNode: true }, start);
        const again = record(next, [clusters.at(-1)!, clusters[0]!]);
        const listings = runAll([...texts, ...again.texts]);
        expect(listings).toEqual([...wanted, ...again.wanted].map((one, i) => one ?? listings[i]));
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  test('takes names that come, are told again and go', () => {
    let now = 1_000_000;
    const compiler = new NodeCompiler({ ...OPTIONS, now: () => now }, { epoch: 1, generation: 0 });
    const [named, other] = ['*.example.com', 'other.example.org'].map((entry) =>
      smallCluster([namesOnly(entry)]),
    );
    const texts: string[] = [];
    const held: Listing[] = [];
    const note = (transaction: Transaction | undefined): void => {
      if (transaction === undefined) throw new Error('nothing to write');
      texts.push(transaction.apply);
      if (transaction.sweep !== undefined) texts.push(transaction.sweep);
      held.push(listingOf(compiler.ruleset()));
    };
    const tell = (n: number, seconds: number): void => {
      const until = now + seconds * 1000;
      const address = parseAddress(`203.0.113.${n}`)!;
      const answers = [{ name: 'a.example.com', address, until }];
      note(compiler.update({ ...changesBetween(named!, named!), answers }));
    };
    note(compiler.load(named!));
    tell(1, 60);
    tell(2, 60);
    now += 30_000;
    tell(1, 60);
    note(compiler.update(changesBetween(named!, other!)));
    note(compiler.update(changesBetween(other!, named!)));
    note(compiler.reload());
    const listings = runAll(texts);
    const counts = listings.map(({ eg_named4: own = {} }) => Object.keys(own).length);
    expect(new Set(counts)).toEqual(new Set([0, 1, 2]));
    const last = held.at(-1)!;
    const keys = Object.keys(last['eg_named4']!).map((key) => key.replace(/ timeout .*/, ''));
    expect(Object.keys(listings.at(-1)!['eg_named4']!).sort()).toEqual(keys.sort());
  });

  test('takes the ruleset as it is printed, explained or not', () => {
    fc.assert(
      fc.property(histories(), ({ moments }) => {
        for (const options of [OPTIONS, BY_GROUP]) {
          const compiler = new NodeCompiler(options, { epoch: 1, generation: 0 });
          compiler.load(clusterAt(moments[0]!));
          const ruleset = compiler.ruleset();
          for (const annotated of [false, true]) {
            const [listing] = runAll([rulesetText(ruleset, { annotated })]);
            expect(listing).toEqual(listingOf(ruleset));
          }
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
