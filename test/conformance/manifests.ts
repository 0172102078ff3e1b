import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
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

/** Whether a world has policies of the tiers around NetworkPolicy that are read. */
export function hasClusterPolicies(world: World): boolean {
  return clusterOf(world).clusterPolicies.length > 0;
}

/** Whether a rule of a cluster policy has domain names for peers. */
export function namesDomains({ clusterPolicies }: Cluster): boolean {
  return clusterPolicies.some(({ egress }) =>
    egress.some(({ peers }) => peers !== 'all' && peers.some(({ kind }) => kind === 'domains')),
  );
}
