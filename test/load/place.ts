import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';

/** The repository of Sluice: tests that stand in another folder name its files from here. */
export const HOME = process.cwd();

/**
 * Before each test a new empty folder is made the working directory; after it, it is removed, and nothing
 * may be left of the temporary folders that loading made.
 */
export function useEmptyFolder(): void {
  const before = process.env['TMPDIR'];
  let folder = '';
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'sluice-load-')));
    for (const name of ['work', 'tmp']) mkdirSync(path.join(folder, name));
    process.env['TMPDIR'] = path.join(folder, 'tmp');
    process.chdir(path.join(folder, 'work'));
  });
  afterEach(() => {
    const left = readdirSync(tmpdir());
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    process.chdir(HOME);
    rmSync(folder, { recursive: true, force: true });
    expect(left).toEqual([]);
  });
}

/** Writes files, with the folders they are in. */
export function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** A pod as a manifest. */
export function pod(name: string, rest = ''): string {
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n${rest}spec:\n  containers: [{ name: main, image: "a:1" }]\n`;
}
