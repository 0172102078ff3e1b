import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sluice } from '../cli-console.ts';

test('the picture of the README is what `sluice reach -f examples/three-tier -o svg` draws', async () => {
  const { stdout } = await sluice(['reach', '-f', 'examples/three-tier', '-o', 'svg']);
  expect(readFileSync('docs/three-tier.svg', 'utf8')).toBe(stdout);
});
