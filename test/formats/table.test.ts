import { expect, test } from 'vitest';
import { EXAMPLES } from './examples.ts';
import { nastyWorld } from './nasty-world.ts';
import { printed, printedJson } from './printed.ts';

/** What could command a terminal, or make it show a line as another one. */
const COMMANDS = /[^\P{Cc}\n\t]|[\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

async function expectPlain(words: readonly string[]): Promise<void> {
  const lines = (await printed(words, 'table')).split('\n');
  expect(lines.filter((line) => COMMANDS.test(line))).toEqual([]);
}

test.each(EXAMPLES)('the tables of %s are plain text', async (folder) => {
  await expectPlain(['reach', folder]);
  await expectPlain(['check', folder]);
  await expectPlain(['diff', 'examples/three-tier', folder]);
});

test('no name commands the terminal that a table is printed on', async () => {
  const { folder, later, expectations } = nastyWorld();
  await expectPlain(['reach', folder]);
  await expectPlain(['reach', folder, '--from', 'internet']);
  await expectPlain(['reach', folder, '--by', 'namespace']);
  await expectPlain(['check', folder]);
  await expectPlain(['diff', folder, later]);
  await expectPlain(['diff', folder, later, '--by', 'namespace']);
  await expectPlain(['diff', 'examples/three-tier', folder]);
  await expectPlain(['test', expectations, '-f', folder, '--coverage']);
  const { endpoints } = await printedJson<{ endpoints: { id: string; workload?: object }[] }>([
    'reach',
    folder,
  ]);
  for (const { id, workload } of endpoints.filter((_, i) => i % 4 === 0)) {
    if (workload === undefined || id.split('/').length > 3) continue;
    await expectPlain(['explain', 'internet', id, '80', '-f', folder]);
    await expectPlain(['explain', id, 'internet', '443', '-f', folder]);
  }
});
