import { expect, test } from 'vitest';
import { Writer } from '../../src/agent/writer.ts';
import type { Transaction } from '../../src/compile/transaction/compiler.ts';
import { memoryNft } from '../../src/kernel/memory/memory-nft.ts';

/** Milliseconds that a packet may be on its way. */
const IN_FLIGHT = 2;

const NARROWER = { narrows: true };
const WIDER = { narrows: false };
const SWEPT = { narrows: false, sweep: 'flush set inet t s' };
const LATE = { ...SWEPT, late: true };

/** Replaces all there is. */
const WHOLE = { whole: true };

/** Writes transactions one right after the other; when each of what nft was told had been done, and what it was. */
async function write(
  ...parts: readonly (Partial<Transaction> & { readonly whole?: boolean })[]
): Promise<{ readonly at: number; readonly commands: string }[]> {
  const nft = memoryNft();
  const told: { at: number; commands: string }[] = [];
  const writer = new Writer({
    ...nft,
    run: async (commands) => {
      told.push({ at: performance.now(), commands });
      await nft.run(commands);
    },
  });
  const begin = 'add table inet t\nadd set inet t s { type ipv4_addr; }';
  await nft.run(begin);
  for (const [i, { whole = false, ...part }] of parts.entries()) {
    const apply = `add element inet t s { 10.0.0.${i} }`;
    const plain = { apply, sweep: undefined, late: false, narrows: false, generation: 1 };
    const transaction = { ...plain, ...part };
    await (whole ? writer.replace(transaction) : writer.apply(transaction));
  }
  return told;
}

test.each([
  ['two that raise the generation', 2, [NARROWER, NARROWER]],
  ['two that raise it with one between that does not', 3, [NARROWER, WIDER, NARROWER]],
  ['what follows one with a sweep, which goes with it', 2, [SWEPT, WIDER]],
  ['what raises it after a sweep that may have', 2, [LATE, NARROWER]],
  ['what replaces all after one that raises it', 2, [NARROWER, WHOLE]],
  ['what raises it after what replaces all', 2, [WHOLE, NARROWER]],
])('L12 %s are as far apart as a packet may be on its way', async (_, last, parts) => {
  for (let trial = 0; trial < 5; trial++) {
    const told = await write(...parts);
    expect(told.at(-1)!.at - told.at(-last)!.at).toBeGreaterThanOrEqual(IN_FLIGHT);
  }
});

test('a sweep comes after its own change, and before or with the next', async () => {
  const [first, second] = await write(SWEPT, NARROWER);
  expect(first!.commands).not.toContain('flush');
  expect(second!.commands).toMatch(/^flush set inet t s\nadd element/);
  const late = await write(LATE, WIDER);
  expect(late.map(({ commands }) => commands.split(' ')[0])).toEqual(['add', 'flush', 'add']);
});
