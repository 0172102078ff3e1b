import { Reachability } from '../../src/evaluate/map/reachability.ts';
import { loadSources } from '../../src/load/sources.ts';
import { formatPorts } from '../../src/model/port-set.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import { linesOf } from '../../src/report/pairs/lines.ts';
import type { Line } from '../../src/report/pairs/lines.ts';
import type { Unit } from '../../src/report/pairs/unit.ts';
import { visible } from '../../src/report/words/visible.ts';
import { EVERYTHING } from '../report/sample.ts';

/** What a drawing of a map shows, as texts: compared as lists in order. */
export interface DrawnMap {
  readonly nodes: readonly string[];
  /** `FROM -> TO: LABEL`, each end by its full name. */
  readonly edges: readonly string[];
  /** The namespaces, each with how many nodes it has. */
  readonly clusters: readonly string[];
}

/** Makes the texts comparable. */
export function drawnMap(map: DrawnMap): DrawnMap {
  const sorted = (texts: readonly string[]): string[] => [...texts].sort();
  return { nodes: sorted(map.nodes), edges: sorted(map.edges), clusters: sorted(map.clusters) };
}

/** No drawing has spaces at the ends of its texts. */
function shown(text: string): string {
  return visible(text).trim();
}

/** What a drawing of all of a source must show. */
export async function wantedMap(folder: string): Promise<DrawnMap> {
  const loaded = await loadSources([folder], () => Promise.reject(new Error('no stdin')), {});
  const reachability = new Reachability(readCluster(loaded.sources));
  const { lines, sources, destinations } = linesOf({ ...EVERYTHING, reachability });
  const inBoth = sources.filter((one) => destinations.some(({ name }) => name === one.name));
  const units = [...inBoth, ...lines.flatMap(({ from, to }) => [...from, ...to])];
  const named = [...new Map(units.map((unit) => [unit.name, unit])).values()];
  const namespaces = named.flatMap(({ namespace }) => namespace ?? []);
  return drawnMap({
    nodes: named.map(labelOf),
    edges: lines.flatMap(edgesOf),
    clusters: [...new Set(namespaces)].map(
      (name) => `${shown(name)}: ${namespaces.filter((one) => one === name).length}`,
    ),
  });
}

/** An arrow from each to each, but none from a single pod to itself. */
function edgesOf({ from, to, ports, certainty }: Line): string[] {
  const dashed = certainty === 'depends' ? ', dashed' : '';
  return from.flatMap((one) =>
    to
      .filter((other) => other.name !== one.name || !one.alone)
      .map((other) => `${labelOf(one)} -> ${labelOf(other)}: ${formatPorts(ports)}${dashed}`),
  );
}

/** The name, of which the frame of its namespace says the beginning. */
function labelOf({ name, namespace }: Unit): string {
  return shown(namespace === undefined ? name : name.slice(namespace.length + 1));
}
