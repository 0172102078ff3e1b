import { Reachability } from '../../src/evaluate/reachability.ts';
import { loadSources } from '../../src/load/sources.ts';
import { readCluster } from '../../src/read/cluster.ts';
import { graphOf } from '../../src/report/graph.ts';
import type { Graph } from '../../src/report/graph.ts';
import { linesOf } from '../../src/report/reach-lines.ts';
import { visible } from '../../src/report/visible.ts';
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
  const { sources } = await loadSources([folder], () => Promise.reject(new Error('no stdin')), {});
  const reachability = new Reachability(readCluster(sources));
  return shownBy(graphOf(linesOf({ ...EVERYTHING, reachability })));
}

function shownBy({ clusters, loose, edges }: Graph): DrawnMap {
  const all = [...loose, ...clusters.flatMap(({ nodes }) => nodes)];
  return drawnMap({
    nodes: all.map(({ label }) => shown(label)),
    edges: edges.map(({ from, to, label, certainty }) => {
      const [one, other] = [from, to].map((node) => shown(node.label));
      return `${one} -> ${other}: ${label}${certainty === 'depends' ? ', dashed' : ''}`;
    }),
    clusters: clusters.map(({ name, nodes }) => `${shown(name)}: ${nodes.length}`),
  });
}
