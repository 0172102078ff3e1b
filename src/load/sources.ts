import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Place, Source } from '../model/place.ts';
import type { Problem } from '../model/problem.ts';
import { decodeSource } from './decode.ts';

/** What came of loading: texts to read, and what could not be loaded. */
export interface Loaded {
  readonly sources: Source[];
  readonly problems: Problem[];
}

/** A source that is not there or cannot be opened: nothing was asked that could be answered. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

const MANIFEST = /\.(?:ya?ml|json)$/i;
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git', '.github', '.terraform']);

/**
 * Loads files, folders (all manifests below them, in the order of their names) and `-`, the standard
 * input. Throws a SourceError when a source does not exist or a folder holds no manifest.
 */
export async function loadSources(
  names: readonly string[],
  stdin: () => Promise<Uint8Array>,
): Promise<Loaded> {
  const loaded: Loaded = { sources: [], problems: [] };
  for (const name of names) {
    if (name === '-') add(loaded, '<stdin>', await stdin());
    else await loadPath(loaded, name);
  }
  return loaded;
}

async function loadPath(loaded: Loaded, name: string): Promise<void> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(name)).isDirectory();
  } catch {
    throw new SourceError(
      `there is no file or folder \`${name}\`; a source is a file, a folder or \`-\``,
    );
  }
  if (!isFolder) {
    add(loaded, name, await open(name));
    return;
  }
  const before = loaded.sources.length + loaded.problems.length;
  await loadFolder(loaded, name);
  if (loaded.sources.length + loaded.problems.length === before) {
    throw new SourceError(`folder \`${name}\` has no .yaml, .yml or .json file in it`);
  }
}

async function loadFolder(loaded: Loaded, folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const chart = entries.find((entry) => entry.name === 'Chart.yaml');
  if (chart !== undefined) {
    const file = path.join(folder, chart.name);
    const message = `\`${folder}\` is a Helm chart; render it and give the result: \`helm template ${folder} | sluice … -f -\``;
    loaded.problems.push(problemAt(file, 'helm-chart', message));
    return;
  }
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    // a link may lead to a file or a folder; `stat` follows it
    const kind = entry.isSymbolicLink() ? await stat(file).catch(() => undefined) : entry;
    if (kind?.isDirectory()) {
      if (!SKIPPED.has(entry.name) && !entry.isSymbolicLink()) await loadFolder(loaded, file);
    } else if (kind?.isFile() && MANIFEST.test(entry.name) && !entry.name.startsWith('.'))
      add(loaded, file, await open(file));
  }
}

async function open(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new SourceError(`\`${file}\` cannot be read (${reason})`);
  }
}

function add(loaded: Loaded, file: string, bytes: Uint8Array): void {
  const { source, problems } = decodeSource(file, bytes);
  loaded.sources.push(source);
  loaded.problems.push(...problems);
}

function problemAt(file: string, code: string, message: string): Problem {
  return { code, severity: 'error', message, place: new Place(new Source(file, ''), 1, 0, '') };
}
