import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { drawnMap, wantedMap } from './drawn-map.ts';
import type { DrawnMap } from './drawn-map.ts';
import { EXAMPLES } from './examples.ts';
import { nastyWorld } from './nasty-world.ts';
import { printed } from './printed.ts';

/** The part of Mermaid the tests use; its own types want all of a browser's. */
interface Mermaid {
  parse(text: string): Promise<unknown>;
  readonly mermaidAPI: {
    getConfig(): { readonly maxTextSize: number };
    getDiagramFromText(text: string): Promise<{ readonly type: string; readonly db: Flowchart }>;
  };
}

let mermaid: Mermaid;

beforeAll(async () => {
  // Mermaid wants a page at hand as soon as it is loaded
  const { window } = new JSDOM('');
  Object.assign(globalThis, { window, document: window.document });
  const name = 'mermaid';
  ({ default: mermaid } = (await import(name)) as { default: Mermaid });
});

/** What a flowchart knows of itself once it is read. */
interface Flowchart {
  getVertices(): ReadonlyMap<string, { readonly text: string }>;
  getEdges(): readonly {
    readonly start: string;
    readonly end: string;
    readonly text: string;
    readonly stroke: string;
  }[];
  getSubGraphs(): readonly { readonly title: string; readonly nodes: readonly string[] }[];
}

/** Reads a text as Mermaid does; throws when it cannot, or would not draw so much. */
async function read(text: string): Promise<DrawnMap> {
  await mermaid.parse(text);
  const most = mermaid.mermaidAPI.getConfig().maxTextSize;
  if (text.length > most) throw new Error(`${text.length} characters, and it draws ${most}`);
  const { type, db: chart } = await mermaid.mermaidAPI.getDiagramFromText(text);
  expect(type).toBe('flowchart-v2');
  const labels = new Map([...chart.getVertices()].map(([key, { text }]) => [key, shown(text)]));
  return drawnMap({
    nodes: [...labels.values()],
    edges: chart.getEdges().map(({ start, end, text: label, stroke }) => {
      const dashed = stroke === 'dotted' ? ', dashed' : '';
      return `${labels.get(start)} -> ${labels.get(end)}: ${shown(label)}${dashed}`;
    }),
    clusters: chart.getSubGraphs().map(({ title, nodes }) => `${shown(title)}: ${nodes.length}`),
  });
}

/** The text as its drawing shows it: entity codes stand in a form of its own until it is drawn. */
function shown(text: string): string {
  const html = text.replaceAll('ﬂ°°', '&#').replaceAll('ﬂ°', '&').replaceAll('¶ß', ';');
  const { body } = new JSDOM(`<pre>${html}</pre>`).window.document;
  expect(body.children[0]!.children, text).toHaveLength(0);
  return body.textContent!.trim();
}

test.each(EXAMPLES)('Mermaid reads the map of %s', async (folder) => {
  const text = await printed(['reach', folder], 'mermaid');
  expect(await read(text)).toEqual(await wantedMap(folder));
});

test('Mermaid reads names of every sort', async () => {
  const { folder } = nastyWorld();
  const text = await printed(['reach', folder], 'mermaid');
  expect(await read(text)).toEqual(await wantedMap(folder));
});

test('Mermaid reads groups', async () => {
  const { folder } = nastyWorld();
  for (const source of [...EXAMPLES, folder]) {
    for (const by of ['namespace', 'label=app']) {
      const text = await printed(['reach', source, '--by', by], 'mermaid');
      expect((await read(text)).nodes.length).toBeGreaterThan(0);
    }
  }
});

test('what is too much for Mermaid is drawn by namespace, and says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const pods = Array.from({ length: 30 }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p${i}`, namespace: `n${i % 2}`, labels: { app: `${i}` } },
    spec: { containers: [] },
  }));
  writeFileSync(join(folder, 'pods.json'), pods.map((pod) => JSON.stringify(pod)).join('\n'));
  const text = await printed(['reach', folder], 'mermaid');
  expect(text).toContain('%% too many arrows to draw, so this is by namespace');
  expect((await read(text)).nodes).toEqual(['(outside)', 'n0', 'n1']);
});

test.each(['flowchart LR\n  a["b]', 'flowchart LR\n  a -->|"b| c', 'flowchart LR\n  end --> a'])(
  'Mermaid refuses %j',
  async (text) => {
    await expect(read(text)).rejects.toThrow(/error/i);
  },
);

test('a chart with an arrow too few is not the same', async () => {
  const text = await printed(['reach', 'examples/three-tier'], 'mermaid');
  const less = text.replace(/^.*-->.*\n/m, '');
  expect(await read(less)).not.toEqual(await wantedMap('examples/three-tier'));
});
