import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { rolldown } from 'rolldown';

/** A program of the tests as one file, run by a process of its own. */
export interface LoneProgram {
  /** The folder it lies in. */
  readonly folder: string;
  readonly path: string;
  remove(): void;
}

const ROOT = new URL('../../', import.meta.url).pathname;

/** Bundles a file beside this one, to a place where it finds the packages of the project. */
export async function loneProgram(file: string): Promise<LoneProgram> {
  mkdirSync(`${ROOT}.tsbuild`, { recursive: true });
  const folder = mkdtempSync(`${ROOT}.tsbuild/lone-`);
  const remove = (): void => rmSync(folder, { recursive: true });
  try {
    const bundle = await rolldown({
      input: new URL(file, import.meta.url).pathname,
      platform: 'node',
      external: ['koffi'],
    });
    await bundle.write({ dir: folder, format: 'esm', entryFileNames: 'program.mjs' });
    await bundle.close();
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, path: `${folder}/program.mjs`, remove };
}

/** Runs it to its end; its output, and how many milliseconds passed from its last word to its end. */
export async function run(
  { path }: LoneProgram,
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string; readonly ending: number }> {
  const child = spawn(process.execPath, [path, ...args]);
  let [stdout, stderr, last] = ['', '', 0];
  child.stdout.on('data', (piece: Buffer) => {
    stdout += piece.toString();
    last = performance.now();
  });
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
  await once(child, 'close');
  return { stdout, stderr, ending: performance.now() - last };
}
