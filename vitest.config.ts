import { defineConfig } from 'vitest/config';

/** Tests that change network namespaces, measure time, or start processes that do. */
const PACKETS = [
  'test/kernel/**/*.test.ts',
  'test/agent/**/*.test.ts',
  'test/lab/**/*.test.ts',
  'test/packets/**/*.test.ts',
  'test/docs/lab-commands.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: PACKETS,
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'packets',
          include: PACKETS,
          testTimeout: 120_000,
          // while the kernel clears the namespaces of the file before away, none can be made
          hookTimeout: 120_000,
          // one at a time and after the others: packets that come late would look like packets denied
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
