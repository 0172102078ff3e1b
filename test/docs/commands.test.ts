import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sluice } from '../cli-console.ts';

/** Every page a reader may copy a command from. */
const PAGES = ['README.md', 'CONTRIBUTING.md', ...below('docs'), ...below('examples')];

function below(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `${folder}/${file}`);
}

interface Block {
  readonly commands: { readonly words: string; readonly output: string }[];
  /** The verdicts of the block's `explain` commands, from the comment under it. */
  readonly verdicts: string[];
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(page, 'utf8');
  const pattern = /^```console\n(?<body>.*?)^```\n(?:<!-- verdicts: (?<verdicts>[^>]*) -->)?/gms;
  return [...text.matchAll(pattern)].map(({ groups }) => {
    const { body = '', verdicts = '' } = groups!;
    const commands = body
      .split(/^\$ /m)
      .slice(1)
      .map((command) => {
        const [words = '', ...output] = command.replaceAll('\\\n', ' ').split('\n');
        return { words: words.trim(), output: output.join('\n').trim() };
      });
    return { commands, verdicts: verdicts === '' ? [] : verdicts.trim().split(/,\s*/) };
  });
}

const SCRIPTS = Object.keys(
  (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }).scripts,
);

describe.each(PAGES)('%s', (page) => {
  test('its commands run, and do what the page says', async () => {
    for (const { commands, verdicts } of blocksOf(page)) {
      const seen: string[] = [];
      for (const { words, output } of commands) {
        const [program, ...args] = words.split(/\s+/);
        if (program === 'npm' || program === 'git' || program === 'cd') {
          if (args[0] === 'run') expect(SCRIPTS, words).toContain(args[1]);
          continue;
        }
        // a lab is a process that stays: test/docs/lab-commands.test.ts runs these as a user would
        if (args[0] === 'sluice' && args[1] === 'lab') continue;
        expect(words, 'a command a reader can type').toMatch(/^(?:npx )?(?:kubectl )?sluice /);
        const sluiceArgs = words.replace(/^(?:npx )?(?:kubectl )?sluice /, '').split(/\s+/);
        const ran = await sluice(sluiceArgs);
        expect(ran.code, `${words}\n${ran.stderr}`).not.toBe(2);
        if (output !== '') expect(ran.stdout.trim(), words).toBe(output);
        if (sluiceArgs[0] === 'explain' && verdicts.length > 0) {
          const json = await sluice([...sluiceArgs, '-o', 'json']);
          seen.push((JSON.parse(json.stdout) as { verdict: string }).verdict);
        }
      }
      expect(seen).toEqual(verdicts);
    }
  });
});
