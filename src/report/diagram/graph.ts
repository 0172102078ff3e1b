import type { Unknown } from '../../evaluate/verdict/verdict.ts';
import { formatPorts } from '../../model/port-set.ts';
import type { LineMap } from '../pairs/lines.ts';
import type { Certainty } from '../pairs/ports.ts';
import { compareUnits } from '../pairs/unit.ts';
import type { Unit } from '../pairs/unit.ts';

/** A thing that is drawn once. */
export interface GraphNode {
  /** `n0`, `n1`, …: safe in every language of drawings. */
  readonly key: string;
  readonly unit: Unit;
  /** Its name, without the namespace when it is drawn inside that. */
  readonly label: string;
}

/** A namespace and what is drawn inside it. */
export interface GraphCluster {
  readonly key: string;
  readonly name: string;
  readonly nodes: readonly GraphNode[];
}

/** An arrow. */
export interface GraphEdge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly certainty: Certainty;
  /** The ports as people write them. */
  readonly label: string;
  /** What it depends on; empty when allowed. */
  readonly because: string;
  readonly unknowns: readonly Unknown[];
}

/** A map as things and arrows; outside addresses on different lines are different things. */
export interface Graph {
  readonly clusters: readonly GraphCluster[];
  /** The nodes that are in no cluster. */
  readonly loose: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** The graph of all lines, and of what could be at both ends and is at none. */
export function graphOf({ lines, sources, destinations }: LineMap): Graph {
  const seen = new Map<string, Unit>();
  const both = new Set(destinations.map(({ name }) => name));
  for (const unit of sources) if (both.has(unit.name)) seen.set(unit.name, unit);
  for (const { from, to } of lines) for (const unit of [...from, ...to]) seen.set(unit.name, unit);
  const nodes = [...seen.values()].sort(compareUnits).map(nodeOf);
  const byName = new Map(nodes.map((node) => [node.unit.name, node]));
  const edges: GraphEdge[] = [];
  for (const { from, to, certainty, ports, because, unknowns, pairs } of lines) {
    const label = `${formatPorts(ports)}${pairs === 'some' ? ' (some pairs)' : ''}`;
    for (const source of from) {
      for (const target of to) {
        if (source === target && source.alone) continue;
        const ends = { from: byName.get(source.name)!, to: byName.get(target.name)! };
        edges.push({ ...ends, certainty, label, because, unknowns });
      }
    }
  }
  return { clusters: clustersOf(nodes), loose: nodes.filter(isLoose), edges };
}

function nodeOf(unit: Unit, index: number): GraphNode {
  const prefix = unit.namespace === undefined ? 0 : unit.namespace.length + 1;
  return { key: `n${index}`, unit, label: unit.name.slice(prefix) };
}

function isLoose({ unit }: GraphNode): boolean {
  return unit.namespace === undefined;
}

function clustersOf(nodes: readonly GraphNode[]): GraphCluster[] {
  const names = [...new Set(nodes.map(({ unit }) => unit.namespace))].filter(
    (name) => name !== undefined,
  );
  return names.sort().map((name, index) => ({
    key: `c${index}`,
    name,
    nodes: nodes.filter(({ unit }) => unit.namespace === name),
  }));
}
