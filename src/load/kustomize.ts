import { decodeSource } from './decode.ts';
import type { Kustomizations } from './kustomization.ts';
import { placeOf } from './loaded.ts';
import { faultInWords } from './render-fault.ts';
import { runFirst } from './render.ts';
import type { Rendering } from './render.ts';
import type { FileTree } from './tree.ts';

/**
 * Builds a kustomization by `kustomize build`, or else by `kubectl kustomize`. The text it prints is one
 * source, named after the folder.
 */
export async function renderKustomization(
  tree: FileTree,
  folder: string,
  all: Kustomizations,
): Promise<Rendering> {
  const label = tree.label(folder);
  const needed = [...(await all.foldersOf(folder))];
  return tree.onDisk(needed, async (disk) => {
    // absolute, for kustomize takes a relative path like `github.com/a/b` for an address
    const own = disk.of(folder);
    const { call, outcome } = await runFirst([
      { program: 'kustomize', args: ['build', own] },
      { program: 'kubectl', args: ['kustomize', own] },
    ]);
    const failed = (why: string): Rendering => {
      const message = `\`${call.program} ${call.args[0]}\` cannot render this: ${why}`;
      return { kind: 'failed', message, place: placeOf(label) };
    };
    switch (outcome.kind) {
      case 'missing': {
        const message = `\`${label}\` is a kustomization, and neither \`kustomize\` nor \`kubectl\` is installed; install one, or render it elsewhere: \`kubectl kustomize ${label} | sluice … -f -\``;
        return { kind: 'missing', message };
      }
      case 'stopped':
        return failed(outcome.why);
      case 'ended': {
        if (outcome.status !== 0) return failed(faultInWords(disk.relabel(outcome.stderr)));
        const { source, problems } = decodeSource(`${label} (rendered)`, outcome.stdout);
        return { kind: 'rendered', sources: [source], problems };
      }
    }
  });
}
