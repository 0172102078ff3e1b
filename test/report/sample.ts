import { readdirSync, readFileSync } from 'node:fs';
import { Reachability } from '../../src/evaluate/map/reachability.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import { reportReach } from '../../src/report/reach/reach.ts';
import type { ReachRequest } from '../../src/report/reach/reach.ts';

const EXAMPLES = new URL('../../examples/', import.meta.url);

/** The cluster of an example folder, `three-tier` or `lessons/02-deny-all`. */
export function example(name: string, podNetwork: readonly string[] = []): Cluster {
  const folder = new URL(`${name}/`, EXAMPLES);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .sort();
  const sources = files.map(
    (file) => new Source(file, readFileSync(new URL(file, folder), 'utf8')),
  );
  return readCluster(sources, { podNetwork });
}

/** The names of all example clusters. */
export function exampleNames(): string[] {
  const lessons = readdirSync(new URL('lessons/', EXAMPLES), { withFileTypes: true });
  const folders = lessons.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return ['three-tier', 'microservices', ...folders.sort().map((name) => `lessons/${name}`)];
}

/** The cluster some YAML describes. */
export function clusterIn(text: string, podNetwork: readonly string[] = []): Cluster {
  return readCluster([new Source('cluster.yaml', text)], { podNetwork });
}

/** What `reach` prints of a cluster, asked for everything unless told otherwise. */
export function reachText(cluster: Cluster, request: Partial<ReachRequest> = {}): string {
  return [
    ...reportReach({ ...EVERYTHING, ...request, reachability: new Reachability(cluster) }),
  ].join('');
}

/** A request for the whole map as a table, without its map. */
export const EVERYTHING: Omit<ReachRequest, 'reachability'> = {
  format: 'table',
  grouping: { by: 'workload' },
  source: () => true,
  destination: () => true,
  ports: undefined,
  direction: undefined,
  expand: false,
  colour: false,
  width: 110,
};
