import { toPlain } from '../read/yaml/node.ts';
import { parseYaml } from '../read/yaml/tree.ts';
import { textOfArchived } from './tar.ts';
import type { FileTree } from './tree.ts';

/** A Helm chart: a folder, or a packaged one. */
export interface Chart {
  readonly path: string;
  /** As its Chart.yaml says; the name of the folder when that cannot be read. */
  readonly name: string;
  /** A part for other charts, which renders to nothing (`type: library`). */
  readonly isLibrary: boolean;
}

/** The chart in a folder; undefined when the folder has no Chart.yaml. */
export async function readChart(tree: FileTree, folder: string): Promise<Chart | undefined> {
  const file = tree.join(folder, 'Chart.yaml');
  if ((await tree.kindOf(file)) !== 'file') return undefined;
  const text = await tree.read(file).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => '', // helm says better why
  );
  return chartOf(folder, text, nameOf(await tree.real(folder)));
}

/** The chart that an unpacked tar archive holds (`helm package`); undefined when it holds none. */
export function readPackagedChart(path: string, archive: Uint8Array): Chart | undefined {
  const text = textOfArchived(archive, /^[^/]+\/Chart\.yaml$/);
  return text === undefined ? undefined : chartOf(path, text, nameOf(path).replace(/\.t?gz$/, ''));
}

function chartOf(path: string, text: string, fallback: string): Chart {
  const root = parseYaml(text, 0).roots[0];
  const plain = (root && toPlain(root)) as { name?: unknown; type?: unknown } | null | undefined;
  const name = typeof plain?.name === 'string' && plain.name !== '' ? plain.name : fallback;
  return { path, name, isLibrary: plain?.type === 'library' };
}

function nameOf(path: string): string {
  return path.split(/[/\\]/).at(-1)!;
}
