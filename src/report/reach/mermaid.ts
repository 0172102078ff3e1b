import { graphOf } from '../diagram/graph.ts';
import type { Graph, GraphEdge, GraphNode } from '../diagram/graph.ts';
import type { LineMap } from '../pairs/lines.ts';
import { visible } from '../words/visible.ts';

/** Of more than this Mermaid draws nothing: its `maxEdges` and `maxTextSize`, which no flowchart may change. */
const MOST_EDGES = 500;
const MOST_TEXT = 50_000;

/**
 * The map as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), for Markdown files;
 * undefined when Mermaid would not draw it.
 */
export function reachMermaid(map: LineMap, note: string | undefined): string | undefined {
  const graph = graphOf(map);
  if (graph.edges.length > MOST_EDGES) return undefined;
  const text = [...flowchart(graph, note)].join('');
  return text.length > MOST_TEXT ? undefined : text;
}

/** A flowchart that only says something. */
export function mermaidSaying(words: string): string {
  return `flowchart LR\n  n0[${quote(words)}]\n`;
}

function* flowchart(
  { clusters, loose, edges }: Graph,
  note: string | undefined,
): Generator<string> {
  yield 'flowchart LR\n';
  if (note !== undefined) yield `  %% ${visible(note)}\n`;
  for (const { key, name, nodes } of clusters) {
    yield `  subgraph ${key}[${quote(name)}]\n`;
    for (const node of nodes) yield `    ${nodeText(node)}\n`;
    yield '  end\n';
  }
  for (const node of loose) yield `  ${nodeText(node)}\n`;
  for (const edge of edges) yield `  ${edgeText(edge)}\n`;
}

function nodeText({ key, label, unit }: GraphNode): string {
  return unit.kind === 'outside' ? `${key}([${quote(label)}])` : `${key}[${quote(label)}]`;
}

function edgeText({ from, to, label, certainty }: GraphEdge): string {
  const arrow = certainty === 'depends' ? '-.->' : '-->';
  return `${from.key} ${arrow}|${quote(label)}| ${to.key}`;
}

/** A quoted text; all that might mean something to Mermaid inside quotes becomes an entity code. */
function quote(text: string): string {
  const safe = visible(text).replace(
    /[^A-Za-z0-9 ._/,:;()-]/gu,
    (one) => `#${one.codePointAt(0)};`,
  );
  return `"${safe}"`;
}
