/** Expectations tried with real packets: the same file, and the same outcome, as without. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LAB_PREFIX, LabHome, USERS } from './lab-user.ts';
import type { Ended } from './lab-user.ts';

const user = [...USERS].reverse().find(({ leftOut }) => leftOut === undefined);
const NAME = `${LAB_PREFIX}-expect`;

describe.skipIf(user === undefined)('sluice test --lab', () => {
  let home: LabHome;

  beforeAll(async () => {
    home = new LabHome(user!);
    const { code, stderr } = await home.run('up', '-f', 'examples/three-tier', '--name', NAME);
    expect(code, stderr).toBe(0);
  });

  afterAll(async () => {
    await home.run('down', '--name', NAME);
    home.close();
  });

  const testInLab = (...words: string[]): Promise<Ended> =>
    home.runAny('test', '--lab', NAME, ...words);

  test('what holds by the engine holds by packets', async () => {
    const { code, stdout, stderr } = await testInLab();
    expect(stderr).toBe('');
    expect(stdout).toContain('16 expectations: 16 passed');
    expect(stdout).toMatch(/\d{3,} connections tried with real packets/);
    expect(code).toBe(0);
  });

  test('what does not hold is seen, with who answered and who did not', async () => {
    const file = path.join(home.folder, 'expectations.yaml');
    writeFileSync(
      file,
      `allow:
  - { from: shop/web, to: shop/db }
  - { from: shop/web, to: svc/shop/api }
deny:
  - { from: internet, to: svc/shop/web }
  - { from: shop/web, to: svc/shop/api }
  - { from: shop/web, to: shop/db }
`,
    );
    const { code, stdout } = await testInLab(file);
    expect(code).toBe(1);
    const states = [...stdout.matchAll(/^ {2}([✓✗]) (.*?)(?: {2}|$)/gm)].map(
      ([, mark, title]) => `${mark} ${title}`,
    );
    expect(states).toEqual([
      '✗ shop/web reaches shop/db',
      '✓ shop/web reaches svc/shop/api',
      '✗ internet never reaches svc/shop/web',
      '✗ shop/web never reaches svc/shop/api',
      '✓ shop/web never reaches shop/db',
    ]);
    expect(stdout).toMatch(/shop\/web-1 → shop\/db-0 \(.*\), TCP 3306: no answer came/);
    expect(stdout).toMatch(/8\.8\.8\.8 → shop\/web-1 \(.*\), TCP 80: `shop\/web-1` answered/);
  });
});
