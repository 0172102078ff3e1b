import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sluice } from '../cli-console.ts';

const MICROSERVICES = path.resolve('examples/microservices');
const SHOP = path.resolve('examples/three-tier');
const home = process.cwd();
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-check-'));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

async function codes(...words: string[]): Promise<string[]> {
  const { stdout } = await sluice(['check', MICROSERVICES, '-o', 'json', ...words]);
  const { findings } = JSON.parse(stdout) as { findings: { code: string }[] };
  return findings.map(({ code }) => code).sort((a, b) => (a < b ? -1 : 1));
}

describe('sluice check', () => {
  test('a clean input: exit 0', async () => {
    expect((await sluice(['check', SHOP])).code).toBe(0);
  });

  test('findings: exit 1', async () => {
    expect((await sluice(['check', MICROSERVICES])).code).toBe(1);
    expect(await codes()).toEqual(['and-meant', 'one-side-only', 'service-port']);
  });

  test('--ignore leaves findings of a code out', async () => {
    expect(await codes('--ignore', 'one-side-only')).toEqual(['and-meant', 'service-port']);
  });

  test('.sluice.yaml of the working folder does too', async () => {
    writeFileSync('.sluice.yaml', 'ignore: [one-side-only]\n');
    expect(await codes()).toEqual(['and-meant', 'service-port']);
  });

  test.each([
    ['ignore: [and-ment]', 'no finding has the code `and-ment`: did you mean `and-meant`?'],
    ['ignored: []', 'unknown key `ignored`'],
    ['- and-meant', 'write `ignore:` and a list of finding codes'],
    ['ignore: {', '.sluice.yaml: '],
  ])('a .sluice.yaml of %j is refused', async (text, message) => {
    writeFileSync('.sluice.yaml', text);
    const ran = await sluice(['check', SHOP]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(message);
  });

  test('errors in the input: exit 3', async () => {
    writeFileSync('broken.yaml', 'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: x\n');
    const ran = await sluice(['check', 'broken.yaml']);
    expect(ran.code).toBe(3);
    expect(ran.stdout).toMatch(/^broken.yaml:4:1: error: .*a tab/m);
  });
});
