import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { memoryNft } from '../../src/kernel/memory/memory-nft.ts';
import { NftRefusal } from '../../src/kernel/nft/nft.ts';
import type { Nft } from '../../src/kernel/nft/nft.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import { leftOut, removeNamespacesAfterAll, testNamespace } from './host.ts';
import { contentOf } from './listing.ts';
import { BASE, CASES, CONTENT } from './nft-cases.ts';

const BACKENDS: { name: string; open: () => Promise<Nft>; real: boolean }[] = [
  { name: 'memory', open: async () => memoryNft(), real: false },
  {
    name: 'nft',
    open: async () => openNft({ netns: await namespace(), backend: 'nft' }),
    real: true,
  },
  {
    name: 'libnftables',
    open: async () => openNft({ netns: await namespace(), backend: 'libnftables' }),
    real: true,
  },
  {
    name: 'netlink',
    open: async () => openNft({ netns: await namespace(), backend: 'netlink' }),
    real: true,
  },
];

let shared: Promise<string> | undefined;
const namespace = (): Promise<string> => (shared ??= testNamespace());

removeNamespacesAfterAll();

describe.each(BACKENDS)('$name', ({ open, real }) => {
  const skipped = real && leftOut !== undefined;
  let nft: Nft | undefined;
  beforeEach(async () => {
    if (skipped) return;
    nft ??= await open();
    await nft.run('flush ruleset');
    await nft.run(BASE);
  });
  afterAll(() => nft?.close());

  test.skipIf(skipped)('the base is there', async () => {
    expect(await contentOf(nft!, 't')).toEqual(CONTENT);
  });

  test.skipIf(skipped).each(CASES)('%s', async (_, commands, expected) => {
    const outcome = nft!.run(commands);
    if (expected instanceof RegExp) {
      await expect(outcome).rejects.toThrow(NftRefusal);
      await expect(outcome).rejects.toThrow(expected);
      expect(await contentOf(nft!, 't')).toEqual(CONTENT);
    } else {
      await outcome;
      expect(await contentOf(nft!, 't')).toEqual({ ...CONTENT, ...expected });
    }
  });

  test.skipIf(skipped)('transactions take their turn', async () => {
    const runs = Array.from({ length: 20 }, (_, i) =>
      nft!.run(
        `flush set inet t hosts\nadd element inet t hosts { 10.0.0.${i} }${i % 3 === 0 ? '\nnonsense' : ''}`,
      ),
    );
    const outcomes = await Promise.allSettled(runs);
    expect(outcomes.map(({ status }) => status)).toEqual(
      outcomes.map((_, i) => (i % 3 === 0 ? 'rejected' : 'fulfilled')),
    );
    expect(await contentOf(nft!, 't')).toEqual({ ...CONTENT, hosts: ['10.0.0.19'] });
  });

  test.skipIf(skipped)('what is quoted of a refusal is short', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => `10.9.${i >> 8}.${i & 255}`).join(', ');
    const outcome = nft!.run(`delete element inet t hosts { ${many} }`);
    await expect(outcome).rejects.toThrow(NftRefusal);
    const message = await outcome.catch((error: unknown) => (error as Error).message);
    expect((message as string).length).toBeLessThan(500);
    expect(message).not.toContain('\n');
  });

  test.skipIf(skipped)('a chain is listed with its rules as JSON', async () => {
    const listed = (await nft!.list('list chain inet t gate')) as { nftables: object[] };
    expect(listed.nftables.filter((object) => 'rule' in object)).toEqual([
      {
        rule: expect.objectContaining({
          chain: 'gate',
          expr: [
            { match: { op: '==', left: { '&': [{ ct: { key: 'mark' } }, 65_535] }, right: 7 } },
            { accept: null },
          ],
        }) as object,
      },
    ]);
  });

  test.skipIf(skipped)('the rules outlive the connection, which then refuses', async () => {
    const other = await open();
    other.close();
    await expect(other.run('add table inet t')).rejects.toThrow(NftRefusal);
    expect(await contentOf(nft!, 't')).toEqual(CONTENT);
  });
});
