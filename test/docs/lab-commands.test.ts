/** The lab commands of the pages, run one after the other as a reader would type them. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LabHome, USERS } from '../lab/lab-user.ts';

const PAGES = ['README.md', 'docs/lab.md'];

// in a user namespace nothing of it can meet a lab that somebody has here already
const user = [...USERS].reverse().find(({ leftOut }) => leftOut === undefined);

function labCommandsOf(page: string): string[][] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```console\n(?<body>.*?)^```/gms)];
  return blocks
    .map(({ groups }) => [...groups!['body']!.matchAll(/^\$ npx sluice lab (?<words>.*)$/gm)])
    .map((commands) => commands.map(({ groups }) => groups!['words']!))
    .filter((commands) => commands.length > 0);
}

describe.skipIf(user === undefined)('lab commands', () => {
  test.each(PAGES)('%s', { timeout: 60_000 }, async (page) => {
    const blocks = labCommandsOf(page);
    expect(blocks.length).toBeGreaterThan(0);
    for (const commands of blocks) {
      const home = new LabHome(user!);
      try {
        for (const words of commands) {
          const { code, stderr } = await home.run(...words.split(/\s+/));
          expect(code, `sluice lab ${words}\n${stderr}`).toBe(0);
        }
        expect(home.leftovers()).toEqual([]);
      } finally {
        await home.run('down', '--all');
        home.close();
      }
    }
  });
});
