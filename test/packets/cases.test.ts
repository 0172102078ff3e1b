/**
 * Every case of test/cases in the kernel: all pairs of the pods, nodes and addresses of each of its stages are
 * tried with packets and must do what spec and engine say of that stage. Pods get the addresses of their
 * slots, so what a case leaves open is not open here.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoPackets } from '../arena/able.ts';
import { Arena } from '../arena/arena.ts';
import { play } from '../arena/playing.ts';
import { readCases } from '../conformance/case-file.ts';

const why = whyNoPackets();
if (why !== undefined) console.log(`cases are not played in the kernel: ${why}`);

describe.skipIf(why !== undefined)('the kernel', () => {
  let arena: Arena;

  beforeAll(async () => {
    arena = await Arena.open();
  });
  afterAll(() => arena?.close());

  test.each(readCases().map((file) => [file.name, file] as const))('%s', async (name, file) => {
    for (const [i, { world }] of file.stages.entries()) {
      const played = await play(arena, world, {
        title: `${name} stage ${i}`,
        way: 'update',
        swept: i % 2 === 0,
      });
      expect(played.attempts).toBeGreaterThanOrEqual(0);
    }
  });
});
