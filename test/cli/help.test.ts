import { expect, test } from 'vitest';
import { sluice } from '../cli-console.ts';

/** The commands a help text lists. */
async function commandsOf(words: readonly string[]): Promise<string[]> {
  const { stdout } = await sluice([...words, '--help']);
  const listed = /\nCommands:\n((?: {2}.*\n)*)/.exec(stdout)?.[1] ?? '';
  return [...listed.matchAll(/^ {2}([a-z]\S*)/gm)].map(([, name]) => name!);
}

test('every command tells what it is for and takes, and no default that goes without saying', async () => {
  const top = (await commandsOf([])).filter((name) => name !== 'help');
  const below = (await commandsOf(['lab'])).filter((name) => name !== 'help');
  expect(top).toEqual(expect.arrayContaining(['reach', 'explain', 'check', 'diff', 'test', 'lab']));
  expect(below).toEqual(expect.arrayContaining(['up', 'apply', 'probe', 'watch', 'down']));
  for (const words of [[], ...top.map((name) => [name]), ...below.map((name) => ['lab', name])]) {
    const { code, stdout, stderr } = await sluice([...words, '--help']);
    expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: sluice/);
    expect(stdout).not.toMatch(/default: (\[\]|false)/);
  }
});
