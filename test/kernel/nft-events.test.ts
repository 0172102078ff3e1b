import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { runProgram } from '../../src/kernel/host/program.ts';
import { watchTable } from '../../src/kernel/nft/events.ts';
import type { ForeignChange } from '../../src/kernel/nft/events.ts';
import type { Nft, NftBackend } from '../../src/kernel/nft/nft.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import { leftOut, removeNamespacesAfterAll, testNamespace } from './host.ts';

removeNamespacesAfterAll();

describe.skipIf(leftOut !== undefined).each<Exclude<NftBackend, 'memory'>>(['libnftables', 'nft'])(
  'changes of the table while %s writes it',
  (backend) => {
    let netns: string;
    let nft: Nft;
    let watch: { close(): void };
    const changes: ForeignChange[] = [];

    beforeAll(async () => {
      netns = await testNamespace();
      nft = await openNft({ netns, backend });
      watch = watchTable({ netns, table: 'sluice', nft }, (change) => changes.push(change));
      return () => {
        watch.close();
        nft.close();
      };
    });
    afterEach(() => void (changes.length = 0));

    const foreign = async (commands: string): Promise<void> => {
      const { stderr } = await runProgram('nft', ['-f', '-'], { netns, input: commands });
      expect(stderr).toBe('');
    };
    const own = (): Promise<void> =>
      nft.run(
        'add table inet sluice\ndelete table inet sluice\nadd table inet sluice\n' +
          'add set inet sluice s { type ipv4_addr; }\nadd chain inet sluice c\nadd rule inet sluice c drop',
      );
    /** The next foreign change after those, which shows that nothing was told before it. */
    const marker = async (): Promise<ForeignChange[]> => {
      await foreign(
        'add element inet sluice s { 10.9.9.9 }\ndelete element inet sluice s { 10.9.9.9 }',
      );
      await vi.waitUntil(() => changes.length > 0, { timeout: 3000, interval: 2 });
      return changes;
    };

    test('our own are not told', async () => {
      await own();
      for (let i = 0; i < 30; i++) await nft.run(`add element inet sluice s { 10.0.0.${i} }`);
      const many = Array.from({ length: 5_000 }, (_, i) => `10.1.${i >> 8}.${i & 255}`).join(', ');
      await nft.run(`add element inet sluice s { ${many} }`);
      await nft.run('flush set inet sluice s');
      expect(await marker()).toEqual([
        { kind: 'changed', by: { pid: expect.any(Number) as number, name: 'nft' } },
      ]);
    });

    test.each([
      ['add element inet sluice s { 10.0.0.1 }', 'changed'],
      ['add rule inet sluice c accept', 'changed'],
      ['flush chain inet sluice c', 'changed'],
      ['delete table inet sluice', 'deleted'],
      ['flush ruleset', 'deleted'],
      ['flush ruleset\nadd table inet other', 'deleted'],
    ])('somebody runs `%s`', async (commands, kind) => {
      await own();
      await foreign(commands);
      await vi.waitUntil(() => changes.length > 0, { timeout: 3000, interval: 2 });
      expect(changes).toMatchObject([{ kind, by: { name: 'nft' } }]);
    });

    test('what happens to other tables, or to one of our name in another family, is not told', async () => {
      await own();
      await foreign(
        'add table inet other\nadd chain inet other c\nadd table ip sluice\nadd chain ip sluice c\n' +
          'add rule ip sluice c drop\ndelete table inet other',
      );
      expect(await marker()).toHaveLength(1);
    });

    test('a transaction that the kernel refused is not told', async () => {
      await own();
      await runProgram('nft', ['-f', '-'], {
        netns,
        input: 'add element inet sluice s { 10.0.0.1 }\ndelete element inet sluice s { 10.0.0.9 }',
      });
      expect(await marker()).toHaveLength(1);
    });
  },
);
