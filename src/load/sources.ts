import { checkChartOptions } from './chart-options.ts';
import type { ChartOptions } from './chart-options.ts';
import { DiskTree } from './disk-tree.ts';
import type { Loaded } from './loaded.ts';
import { nearestPath } from './nearest-path.ts';
import { pathInRevision, withRevision } from './revision.ts';
import { SourceError } from './source-error.ts';
import { WHAT_A_SOURCE_IS, parseSourceName } from './source-name.ts';
import type { SourceName } from './source-name.ts';
import { TreeLoader } from './tree-loader.ts';

export type { Loaded } from './loaded.ts';
export { MissingProgramError, SourceError } from './source-error.ts';

/**
 * Loads sources of every kind, in the order given (docs/sources.md). Throws a SourceError when one does
 * not exist, is no source, or holds no manifest, and a MissingProgramError when the program that one
 * needs is not installed. A chart or kustomization that cannot be rendered is a problem.
 */
export async function loadSources(
  names: readonly string[],
  stdin: () => Promise<Uint8Array>,
  options: ChartOptions = {},
): Promise<Loaded> {
  const parsed = names.map(parseSourceName);
  if (parsed.filter(({ kind }) => kind === 'stdin').length > 1) {
    throw new SourceError('`-` stands twice; standard input can be read once');
  }
  await checkChartOptions(options);
  const loaded: Loaded = { sources: [], problems: [], charts: 0 };
  for (const name of parsed) await load(name, loaded, stdin, options);
  return loaded;
}

async function load(
  name: SourceName,
  loaded: Loaded,
  stdin: () => Promise<Uint8Array>,
  options: ChartOptions,
): Promise<void> {
  switch (name.kind) {
    case 'stdin':
      return new TreeLoader(new DiskTree(), loaded, options).addText('<stdin>', await stdin());
    case 'path': {
      const tree = new DiskTree();
      if ((await tree.kindOf(name.path)) === undefined) throw await noPath(tree, name.path);
      return new TreeLoader(tree, loaded, options).load(name.path);
    }
    case 'git':
      return withRevision(name.revision, async (tree, here) => {
        const target = await pathInRevision(tree, here, name);
        await new TreeLoader(tree, loaded, options).load(target);
      });
  }
}

async function noPath(tree: DiskTree, path: string): Promise<SourceError> {
  const what = `there is no file or folder \`${path}\``;
  const meant = await nearestPath(tree, path);
  if (meant !== undefined) return new SourceError(`${what}: did you mean \`${meant}\`?`);
  return new SourceError(`${what}; ${WHAT_A_SOURCE_IS}`);
}
