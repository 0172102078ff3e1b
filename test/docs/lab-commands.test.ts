import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { LabHome, USERS } from '../lab/lab-user.ts';

const PAGES = ['README.md', 'docs/lab.md'];

// in a user namespace nothing of it can meet a lab that somebody has here already
const user = [...USERS].reverse().find(({ leftOut }) => leftOut === undefined);

/** The lab commands of a page, block by block: they are run one after the other, as a reader would type them. */
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

  test('their JSON fits its schemas', { timeout: 60_000 }, async () => {
    const home = new LabHome(user!);
    const ajv = new Ajv2020({ allErrors: true });
    const expectValid = (schema: string, text: string): void => {
      const validate = ajv.compile(
        JSON.parse(readFileSync(`docs/schema/${schema}.schema.json`, 'utf8')) as object,
      );
      expect(validate(JSON.parse(text)), `${schema}: ${ajv.errorsText(validate.errors)}`).toBe(
        true,
      );
      ajv.removeSchema();
    };
    try {
      await home.run('up', '-f', 'examples/three-tier');
      expectValid('lab-status', (await home.run('status', '-o', 'json')).stdout);
      const watch = home.start(['watch', '-o', 'json']);
      let seen = '';
      watch.stdout!.on('data', (piece: Buffer) => (seen += piece.toString()));
      // it says nothing when it is ready, so connections are denied until it tells of one
      for (let i = 0; i < 20 && !seen.includes('\n'); i++) {
        expectValid('lab-probe', (await home.run('probe', '-o', 'json')).stdout);
        await wait(200);
      }
      watch.kill('SIGINT');
      const lines = seen.split('\n').slice(0, -1);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expectValid('denied-connection', line);
    } finally {
      await home.run('down', '--all');
      home.close();
    }
  });
});
