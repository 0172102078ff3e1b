import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { JSDOM } from 'jsdom';
import type { PageElement } from 'jsdom';
import { beforeAll, expect, test } from 'vitest';
import { drawnMap, wantedMap } from './drawn-map.ts';
import type { DrawnMap } from './drawn-map.ts';
import { EXAMPLES } from './examples.ts';
import { nastyWorld } from './nasty-world.ts';
import { printed } from './printed.ts';

let graphviz: Graphviz;

beforeAll(async () => {
  graphviz = await Graphviz.load();
});

/** Lays a graph out with Graphviz and reads what its drawing shows; throws when it cannot. */
function laidOut(dot: string): DrawnMap {
  const { document } = new JSDOM(graphviz.dot(dot), { contentType: 'image/svg+xml' }).window;
  const groups = (kind: string): PageElement[] => [...document.querySelectorAll(`g.${kind}`)];
  const title = (group: PageElement): string => only(group, 'title').textContent!;
  const labels = new Map(groups('node').map((node) => [title(node), words(node)]));
  const clusterOf = [...dot.matchAll(/subgraph (cluster_\w+) \{(.*?)\n {2}\}/gs)].map(
    ([, name, body]) => [name!, body!.match(/^ +n\d+ /gm)!.length] as const,
  );
  return drawnMap({
    nodes: [...labels.values()],
    edges: groups('edge').map((edge) => {
      const [from, to] = title(edge).split('->');
      const isDashed = [...edge.querySelectorAll('path[stroke-dasharray]')].length > 0;
      return `${labels.get(from!)} -> ${labels.get(to!)}: ${words(edge)}${isDashed ? ', dashed' : ''}`;
    }),
    clusters: groups('cluster').map(
      (cluster) => `${words(cluster)}: ${new Map(clusterOf).get(title(cluster))}`,
    ),
  });
}

function words(group: PageElement): string {
  return [...group.querySelectorAll('text')]
    .map(({ textContent }) => textContent)
    .join('')
    .replaceAll('\u00A0', ' ')
    .trim();
}

function only(element: PageElement, selector: string): PageElement {
  const [found] = element.querySelectorAll(selector);
  return found!;
}

test.each(EXAMPLES)('Graphviz draws the map of %s', async (folder) => {
  const dot = await printed(['reach', folder], 'dot');
  expect(laidOut(dot)).toEqual(await wantedMap(folder));
});

test('Graphviz draws names of every sort', async () => {
  const { folder } = nastyWorld();
  const dot = await printed(['reach', folder], 'dot');
  expect(laidOut(dot)).toEqual(await wantedMap(folder));
});

test('Graphviz draws groups', async () => {
  const { folder } = nastyWorld();
  for (const source of [...EXAMPLES, folder]) {
    for (const by of ['namespace', 'label=app']) {
      const dot = await printed(['reach', source, '--by', by], 'dot');
      expect(laidOut(dot).nodes.length).toBeGreaterThan(0);
    }
  }
});

test.each([
  'digraph { a [label="b"c"]; }',
  'digraph { a [label="b]; }',
  'digraph { a -> ; }',
  'digraph { subgraph x { a }',
])('Graphviz refuses %s', (dot) => {
  expect(() => laidOut(dot)).toThrow('syntax error');
});

test('a graph with an edge too few is not the same', async () => {
  const dot = await printed(['reach', 'examples/three-tier'], 'dot');
  const less = dot.replace(/^.*->.*\n/m, '');
  expect(laidOut(less)).not.toEqual(await wantedMap('examples/three-tier'));
});
