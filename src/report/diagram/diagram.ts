import type { Certainty } from '../pairs/ports.ts';
import { visible } from '../words/visible.ts';
import type { Graph, GraphNode } from './graph.ts';

/** A thing in a diagram: a title and, below it, a row for each way in. */
export interface Box {
  readonly node: GraphNode;
  readonly title: readonly string[];
  readonly pins: Pin[];
  readonly frame: Frame | undefined;
}

/** What a namespace has is drawn in one frame. */
export interface Frame {
  readonly name: string;
  readonly boxes: Box[];
}

/** A way into a box: the ports, and who may come in by them. */
export interface Pin {
  readonly box: Box;
  readonly text: readonly string[];
  readonly certainty: Certainty;
  /** The full text, where the one shown was cut, and what it depends on. */
  readonly hint: string;
  /** Boxes, and whole frames where all boxes of one may. */
  readonly sources: readonly (Box | Frame)[];
  /** All other boxes that may, drawn or not. */
  readonly arrivals: readonly Box[];
}

/** What is drawn: boxes, the frames around some, and arrows as pins with sources. */
export interface Diagram {
  readonly frames: readonly Frame[];
  readonly boxes: readonly Box[];
  readonly pins: readonly Pin[];
  /** Whether arrows were left out between boxes marked `one another`. */
  readonly hasMutual: boolean;
  /** Whether arrows were left out that say only that a pod's own node always gets in. */
  readonly hidesOwnNode: boolean;
}

const TITLE_WIDTH = 24;
const PIN_WIDTH = 26;
const MOST_PIN_LINES = 2;
const MOST_TITLE_LINES = 4;

/** Turns a graph into boxes with pins. */
export function diagramOf({ clusters, loose, edges }: Graph): Diagram {
  const boxes = new Map<GraphNode, Box>();
  const frames = clusters.map(({ name, nodes }) => {
    const frame: Frame = { name: visible(name), boxes: [] };
    for (const node of nodes) {
      const box = boxOf(node, frame);
      frame.boxes.push(box);
      boxes.set(node, box);
    }
    return frame;
  });
  // the outside is drawn once where arrows begin and once where they end, so that they go one way
  const outside = new Map<GraphNode, Box>();
  for (const node of loose) {
    if (node.unit.kind !== 'outside') boxes.set(node, boxOf(node, undefined));
    else if (edges.some(({ to }) => to === node)) boxes.set(node, boxOf(node, undefined));
    if (node.unit.kind === 'outside' && edges.some(({ from }) => from === node))
      outside.set(node, boxOf(node, undefined));
  }
  const sourceOf = (node: GraphNode): Box => outside.get(node) ?? boxes.get(node)!;
  const shown = edges.filter(({ unknowns }) => !isOwnNode(unknowns));
  const ways = new Map<string, Way>();
  for (const edge of shown) {
    const kind = [edge.certainty, edge.label, edge.because].join('\n');
    const key = `${edge.to.key}\n${kind}`;
    const way = ways.get(key) ?? { kind, edge, box: boxes.get(edge.to)!, sources: [] };
    ways.set(key, way);
    way.sources.push(sourceOf(edge.from));
  }
  const mutual = largestMutual([...ways.values()]);
  for (const way of ways.values()) way.box.pins.push(pinOf(way, mutual));
  const all = [...outside.values(), ...boxes.values()];
  return {
    frames,
    boxes: all,
    pins: all.flatMap(({ pins }) => pins),
    hasMutual: mutual !== undefined,
    hidesOwnNode: shown.length < edges.length,
  };
}

/** All that reach one box in the same manner. */
interface Way {
  readonly kind: string;
  readonly edge: Graph['edges'][number];
  readonly box: Box;
  readonly sources: Box[];
}

/** Boxes that all reach one another in one manner; said in words, for the arrows would hide all else. */
interface Mutual {
  readonly kind: string;
  readonly boxes: ReadonlySet<Box>;
}

const FEWEST_MUTUAL = 3;

function largestMutual(ways: readonly Way[]): Mutual | undefined {
  let largest: Mutual | undefined;
  for (const kind of new Set(ways.map((way) => way.kind))) {
    const same = ways.filter((way) => way.kind === kind);
    const sourcesOf = new Map(same.map(({ box, sources }) => [box, new Set([...sources, box])]));
    const boxes = new Set(sourcesOf.keys());
    const links = (box: Box): number =>
      [...boxes].filter((other) => sourcesOf.get(box)!.has(other) && sourcesOf.get(other)!.has(box))
        .length;
    while (boxes.size >= FEWEST_MUTUAL) {
      const counted = [...boxes].map((box) => ({ box, count: links(box) }));
      const worst = counted.reduce((least, one) => (one.count < least.count ? one : least));
      if (worst.count === boxes.size) break;
      boxes.delete(worst.box);
    }
    if (boxes.size >= FEWEST_MUTUAL && boxes.size > (largest?.boxes.size ?? 0))
      largest = { kind, boxes };
  }
  return largest;
}

/** Nearly every box would have an arrow for it (semantics N1), so it is said in words. */
function isOwnNode(unknowns: readonly string[]): boolean {
  return unknowns.length === 1 && unknowns[0] === 'node-placement';
}

function boxOf(node: GraphNode, frame: Frame | undefined): Box {
  const open = node.unit.open.ingress ? ' (open)' : '';
  const lines = wrap(`${visible(node.label)}${open}`, TITLE_WIDTH);
  return { node, title: cut(lines, MOST_TITLE_LINES), pins: [], frame };
}

function pinOf({ kind, edge, box, sources }: Way, mutual: Mutual | undefined): Pin {
  const { label, certainty, because } = edge;
  const isMutual = mutual !== undefined && mutual.kind === kind && mutual.boxes.has(box);
  const others = sources.filter(
    (source) => source !== box && !(isMutual && mutual.boxes.has(source)),
  );
  const words = [
    label,
    ...(sources.includes(box) ? ['itself'] : []),
    ...(isMutual ? ['one another'] : []),
  ];
  const lines = wrap(words.join(', '), PIN_WIDTH);
  const hint = [
    ...(lines.length > MOST_PIN_LINES ? [label] : []),
    ...(because === '' ? [] : [`depends: ${because}`]),
  ].join('; ');
  return {
    box,
    text: cut(lines, MOST_PIN_LINES),
    certainty,
    hint,
    sources: withWholeFrames(box, others),
    arrivals: sources.filter((source) => source !== box),
  };
}

/** The same sources, but frames in place of all their boxes. */
function withWholeFrames(target: Box, sources: readonly Box[]): (Box | Frame)[] {
  const present = new Set(sources);
  const isWhole = (frame: Frame | undefined): frame is Frame =>
    frame !== undefined &&
    frame !== target.frame &&
    frame.boxes.length > 1 &&
    frame.boxes.every((box) => present.has(box));
  return [...new Set(sources.map((box) => (isWhole(box.frame) ? box.frame : box)))];
}

/** Breaks a text after its commas and semicolons, and within words that are too long. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.split(/(?<=[,;] )| (?=except|\()|(?<=except )/)) {
    const joined = line === '' ? piece : `${line}${line.endsWith(' ') ? '' : ' '}${piece}`;
    if (line !== '' && joined.trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = piece;
    } else line = joined;
  }
  lines.push(line.trimEnd());
  return lines.flatMap((one) => breakLong(one, width));
}

function breakLong(word: string, width: number): string[] {
  const pieces: string[] = [];
  // whole characters: half of one is none
  for (let rest = Array.from(word); ;) {
    if (rest.length <= width) return [...pieces, rest.join('')];
    const dash = Math.max(rest.lastIndexOf('-', width - 1), rest.lastIndexOf('/', width - 1));
    const end = dash > 4 ? dash + 1 : width;
    pieces.push(rest.slice(0, end).join(''));
    rest = rest.slice(end);
  }
}

function cut(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `${lines[most - 1]!.replace(/[,; ]+$/, '')} …`];
}
