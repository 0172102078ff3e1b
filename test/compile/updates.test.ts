import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesBetween } from '../../src/compile/matrix/change.ts';
import type { NodeOptions } from '../../src/compile/ruleset/node.ts';
import { NodeCompiler } from '../../src/compile/transaction/compiler.ts';
import type { Transaction } from '../../src/compile/transaction/compiler.ts';
import { parseBlock, addressRange, unionAddresses } from '../../src/model/address-set.ts';
import type { AddressSet } from '../../src/model/address-set.ts';
import { FAMILIES, formatAddress, highest } from '../../src/model/address.ts';
import type { Family } from '../../src/model/address.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { DIRECTIONS } from '../../src/model/policy.ts';
import { SEED } from '../generators/seed.ts';
import { clusterAt, histories } from './history.ts';
import { addressValue, contentsOf, run, rulesOf, runRules, setsOfRuleset } from './kernel-model.ts';
import type { Rules, Sets } from './kernel-model.ts';
import { ALL, NOTHING, asksTiers, isWithin, still, verdictOf } from './matrix.ts';
import type { View } from './matrix.ts';

const RUNS = Number(process.env['SLUICE_HISTORIES'] ?? 120);

/** The node gives out most addresses that pods have, but not all. */
const POD_CIDRS = blocks('10.244.0.0/24', 'fd00:244::/125');

const OPTIONS: NodeOptions = {
  name: 'n1',
  podCidrs: POD_CIDRS,
  podLinks: 'slp-',
  linkGroupOf: (key) =>
    1 + (Array.from(key, (sign) => sign.charCodeAt(0)).reduce((sum, one) => sum * 31 + one) % 1e9),
};

function blocks(...cidrs: string[]): AddressSet {
  return unionAddresses(
    cidrs.map((cidr) => {
      const { family, low, high } = parseBlock(cidr)!;
      return addressRange(family, low, high);
    }),
  );
}

/** What happened at one moment of a history, and the states of the sets around it. */
interface Moment {
  readonly cluster: Cluster;
  readonly before: Sets;
  readonly applied: Sets;
  readonly after: Sets;
  /** The rules of each chain, as the transactions up to now left them. */
  readonly rules: Rules;
  readonly transaction: Transaction | undefined;
  readonly compiler: NodeCompiler;
  /** Whether nothing is left to be merged. */
  readonly isTidy: boolean;
}

/** Plays a history; the transactions run on a model that refuses what nft refuses. */
function play(moments: readonly (readonly object[])[], visit: (moment: Moment) => void): void {
  const clusters = moments.map(clusterAt);
  const compiler = new NodeCompiler(OPTIONS, { epoch: 1, generation: 0 });
  compiler.load(clusters[0]!);
  let before = setsOfRuleset(compiler.ruleset());
  let rules = rulesOf(compiler.ruleset());
  clusters.slice(1).forEach((cluster, i) => {
    const take = (transaction: Transaction | undefined, isTidy: boolean): void => {
      const applied = transaction === undefined ? before : run(transaction.apply, before);
      const after = transaction?.sweep === undefined ? applied : run(transaction.sweep, applied);
      if (transaction !== undefined) rules = runRules(transaction, rules);
      visit({ cluster, before, applied, after, rules, transaction, compiler, isTidy });
      before = after;
    };
    take(compiler.update(changesBetween(clusters[i]!, cluster)), false);
    // sometimes there is time to tidy up
    if (i % 2 === 1) return;
    const first = compiler.tidy();
    take(first, compiler.tidy() === undefined);
  });
}

/** Every address that is told apart from others in one of the states: pods, and where runs begin. */
function addressesIn(states: readonly Sets[], family: Family): string[] {
  const found = new Set<string>();
  for (const sets of states) {
    for (const key of sets.get(`peers${family}`)!.elements.keys()) found.add(key);
    const runs = [
      ...[...sets.get(`blocks${family}`)!.elements.keys()].map((key) => key.split(' . ')[0]!),
      ...[...sets.get(`eg_ruled_blocks${family}`)!.elements.keys()].map(
        (key) => key.split(' . ')[1]!,
      ),
    ];
    for (const range of runs) {
      const [low, high = low] = range.split('-');
      found.add(low!);
      // inside a run, beside the pods that may begin it
      const value = addressValue(high!);
      found.add(formatAddress({ family, value: value > highest(family) ? value - 1n : value }));
    }
  }
  return [...found];
}

function subjectsIn(states: readonly Sets[], family: Family): string[] {
  return [...new Set(states.flatMap((sets) => [...sets.get(`known${family}`)!.elements.keys()]))];
}

/** Every question whose answer may differ from one of the states to another. */
function* questionsOf(
  ...states: Sets[]
): Generator<readonly [direction: 'ingress' | 'egress', Family, subject: string, peer: string]> {
  for (const family of FAMILIES) {
    const peers = addressesIn(states, family);
    for (const subject of subjectsIn(states, family)) {
      for (const direction of DIRECTIONS) {
        for (const peer of peers) yield [direction, family, subject, peer];
      }
    }
  }
}

function hasTiers(sets: Sets): boolean {
  return ['in', 'eg'].some((short) =>
    FAMILIES.some((family) => sets.get(`${short}_tiers${family}`)!.elements.size > 0),
  );
}

function forAllHistories(check: (moments: readonly (readonly object[])[]) => void): void {
  fc.assert(
    fc.property(histories(), ({ moments }) => check(moments)),
    { seed: SEED, numRuns: RUNS },
  );
}

describe('a cluster that changes', { timeout: 600_000 }, () => {
  test('transactions lead exactly to the ruleset, and nft would take each of them', () => {
    forAllHistories((moments) =>
      play(moments, ({ after, rules, compiler }) => {
        expect(contentsOf(after)).toEqual(contentsOf(setsOfRuleset(compiler.ruleset())));
        expect(rules).toEqual(rulesOf(compiler.ruleset()));
      }),
    );
  });

  test('the rules ask the tiers from when cluster policies have rules for a pod of the node', () => {
    let came = 0;
    forAllHistories((moments) =>
      play(moments, ({ before, applied, after }) => {
        if (hasTiers(applied)) expect(asksTiers(applied)).toBe(true);
        if (!asksTiers(before) && asksTiers(applied)) came++;
        if (!asksTiers(before)) expect(asksTiers(applied)).toBe(hasTiers(applied));
        expect(asksTiers(after)).toBe(asksTiers(applied));
      }),
    );
    expect(came).toBeGreaterThan(0);
  });

  test('the way a cluster came about makes no difference', () => {
    forAllHistories((moments) =>
      play(moments, ({ cluster, after, isTidy }) => {
        const fresh = new NodeCompiler(OPTIONS, { epoch: 1, generation: 0 });
        fresh.load(cluster);
        const loaded = setsOfRuleset(fresh.ruleset());
        for (const family of FAMILIES) {
          const known = (sets: Sets): string[] =>
            [...sets.get(`known${family}`)!.elements.keys()].sort();
          expect(known(after)).toEqual(known(loaded));
          if (!isTidy) continue;
          const blocks = (sets: Sets): number => sets.get(`blocks${family}`)!.elements.size;
          expect(blocks(after)).toBe(blocks(loaded));
        }
        for (const question of questionsOf(after, loaded)) {
          const verdict = verdictOf(still(after), ...question);
          expect(verdict, question.join(' ')).toBe(verdictOf(still(loaded), ...question));
        }
      }),
    );
  });

  test('connections are judged anew when, and but for the tiers only when, something is forbidden that was allowed', () => {
    forAllHistories((moments) =>
      play(moments, ({ before, after, transaction }) => {
        let lost: string | undefined;
        for (const question of questionsOf(before, after)) {
          const [, family, subject] = question;
          const value = addressValue(subject);
          const own = POD_CIDRS[family];
          const wasOpen =
            !before.get(`known${family}`)!.elements.has(subject) &&
            !own.some((low, i) => i % 2 === 0 && low <= value && value <= own[i + 1]!);
          const was = wasOpen ? ALL : verdictOf(still(before), ...question);
          if (!isWithin(was, verdictOf(still(after), ...question))) lost = question.join(' ');
        }
        const closed = FAMILIES.some((family) => {
          const known = after.get(`known${family}`)!.elements;
          return [...before.get(`known${family}`)!.elements.keys()].some((key) => !known.has(key));
        });
        const narrows = transaction?.narrows ?? false;
        if (closed || lost !== undefined) expect(narrows, lost).toBe(true);
        // two matrices: what one of them takes back, the other may never have let pass
        else if (!hasTiers(before) && !hasTiers(after)) expect(narrows).toBe(false);
      }),
    );
  });

  test('a packet on its way is never let through by a mixture of two states', () => {
    forAllHistories((moments) =>
      play(moments, ({ before, applied, after }) => {
        const pairs = [
          [before, applied],
          [applied, after],
        ] as const;
        for (const [old, next] of pairs) {
          if (old === next) continue;
          for (const question of questionsOf(old, next)) {
            const allowed = [
              verdictOf(still(old), ...question),
              verdictOf(still(next), ...question),
            ];
            for (const view of mixtures(old, next)) {
              const seen = verdictOf(view, ...question);
              expect(isWithin(seen, ...allowed), `${question.join(' ')}: ${seen}`).toBe(true);
            }
          }
        }
      }),
    );
  });
});

/**
 * What a packet may see of a commit: it meets the rules of the moment it comes in. All hash sets change with the
 * rules, which falls between two lookups; interval sets any time later. The lookups of a cell and of the default beside it count as one.
 */
function* mixtures(old: Sets, next: Sets): Generator<View> {
  for (let at = 0; at <= LOOKUPS.length; at++) {
    const state = (lookup: (typeof LOOKUPS)[number]): Sets =>
      LOOKUPS.indexOf(lookup) < at ? old : next;
    const rules = new Set([asksTiers(old), ...(at === 0 ? [asksTiers(next)] : [])]);
    // which of the looks into interval sets is the first that sees the next state
    for (let since = 0; since <= INTERVALS.length; since++) {
      const late = INTERVALS.map(({ after }, i) => (i < since ? old : state(after)));
      if (since > 0 && late[since - 1] === state(INTERVALS[since - 1]!.after)) continue;
      const [first, blocks, ports, last] = late as [Sets, Sets, Sets, Sets];
      const cells = state('cells');
      const seen = {
        tiered: state('tiered'),
        first: { tiers: state('first tiers'), ruled: state('first ruled'), intervals: first },
        known: state('known'),
        isolated: state('isolated'),
        peers: state('peers'),
        blocks,
        cells,
        fallback: cells,
        ports,
        last: { tiers: state('last tiers'), ruled: state('last ruled'), intervals: last },
      };
      for (const asks of rules) yield { asks, ...seen };
    }
  }
}

/** The lookups in hash sets in the order of the rules, and those in interval sets that follow them. */
const LOOKUPS = [
  'first tiers',
  'first ruled',
  'known',
  'isolated',
  'peers',
  'cells',
  'last tiers',
  'last ruled',
  'tiered',
] as const;
const INTERVALS = [
  { after: 'first ruled' },
  { after: 'peers' },
  { after: 'cells' },
  { after: 'last ruled' },
] as const;

test('verdicts are compared port by port', () => {
  expect(isWithin('tcp/80', 'tcp/70-79,tcp/80', NOTHING)).toBe(true);
  expect(isWithin('tcp/80-90', 'tcp/80-85', 'tcp/86-90')).toBe(true);
  expect(isWithin('tcp/80-91', 'tcp/80-85', 'tcp/86-90')).toBe(false);
  expect(isWithin('other', 'tcp/0-65535')).toBe(false);
});
