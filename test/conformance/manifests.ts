import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/cluster.ts';
import type { World } from './implementation.ts';

/** The objects as a manifest file: one document each. JSON is YAML, and says every type exactly. */
export function manifestsOf(objects: readonly unknown[]): string {
  return `---\n${objects.map((object) => JSON.stringify(object)).join('\n---\n')}\n`;
}

/** Reads a world as the command line would: from text, the one someone wrote if there is one. */
export function clusterOf(world: World): Cluster {
  const source = new Source('world.yaml', world.text ?? manifestsOf(world.objects));
  return readCluster([source], { podNetwork: world.podNetwork ?? [] });
}
