import { graphOf } from '../diagram/graph.ts';
import type { GraphEdge, GraphNode } from '../diagram/graph.ts';
import type { LineMap } from '../pairs/lines.ts';
import { visible } from '../words/visible.ts';

/** The map in the language of Graphviz (https://graphviz.org/doc/info/lang.html). */
export function* reachDot(map: LineMap, note: string | undefined): Generator<string> {
  const { clusters, loose, edges } = graphOf(map);
  if (note !== undefined) yield `// ${visible(note)}\n`;
  yield 'digraph reachability {\n  rankdir=LR;\n';
  yield '  node [shape=box, style=rounded, fontname="sans-serif", fontsize=12];\n';
  yield '  edge [fontname="sans-serif", fontsize=10];\n';
  for (const { key, name, nodes } of clusters) {
    yield `  subgraph cluster_${key} {\n    label=${quote(name)};\n    fontname="sans-serif";\n`;
    for (const node of nodes) yield `    ${nodeText(node)}\n`;
    yield '  }\n';
  }
  for (const node of loose) yield `  ${nodeText(node)}\n`;
  for (const edge of edges) yield `  ${edgeText(edge)}\n`;
  yield '}\n';
}

function nodeText({ key, label, unit }: GraphNode): string {
  const shape = unit.kind === 'outside' ? ', shape=ellipse, style=solid' : '';
  return `${key} [label=${quote(label)}${shape}];`;
}

function edgeText({ from, to, label, certainty, because }: GraphEdge): string {
  const dashed = certainty === 'depends' ? `, style=dashed, tooltip=${quote(because)}` : '';
  return `${from.key} -> ${to.key} [label=${quote(label)}${dashed}];`;
}

/** A quoted string: a backslash would begin an escape of the label, an ampersand a character's name. */
function quote(text: string): string {
  const shown = visible(text).replace(/&/g, '&amp;');
  return `"${shown.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}
