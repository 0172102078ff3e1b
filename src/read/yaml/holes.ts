import type { YamlFault, YamlTrees } from './fault.ts';
import type { YamlNode } from './node.ts';

const FILLING = ' ~';

/**
 * The text with a null written after each of these dashes, which have nothing after them. js-yaml
 * takes the items of an outer list that follow such a dash for items of the inner one:
 * `- -`, then `- a` in the next line. `holes` are offsets of dashes, ascending.
 */
export function fillHoles(text: string, holes: readonly number[]): string {
  let filled = '';
  let from = 0;
  for (const dash of holes) {
    filled += text.slice(from, dash + 1) + FILLING;
    from = dash + 1;
  }
  return filled + text.slice(from);
}

/** Where an offset into the filled text stands in the text as written. */
export function unfilled(offset: number, holes: readonly number[]): number {
  let at = offset;
  for (const dash of holes) {
    if (at <= dash) break;
    at -= Math.min(FILLING.length, at - dash - 1);
  }
  return at;
}

/** The trees of a filled text, with the offsets of the text as written; both start at `base`. */
export function withoutFilling(
  trees: YamlTrees,
  holes: readonly number[],
  base: number,
): YamlTrees {
  if (holes.length === 0) return trees;
  const place = (offset: number): number => base + unfilled(offset - base, holes);
  const seen = new Map<YamlNode, YamlNode>();
  const move = (node: YamlNode): YamlNode => {
    const done = seen.get(node); // an alias is its target
    if (done !== undefined) return done;
    const moved = moveOne(node, place, move);
    seen.set(node, moved);
    return moved;
  };
  const moveFault = (fault: YamlFault): YamlFault => ({ ...fault, offset: place(fault.offset) });
  return { roots: trees.roots.map(move), faults: trees.faults.map(moveFault) };
}

function moveOne(
  node: YamlNode,
  place: (offset: number) => number,
  move: (node: YamlNode) => YamlNode,
): YamlNode {
  const start = place(node.start);
  switch (node.kind) {
    case 'scalar':
      return { ...node, start };
    case 'sequence':
      return { ...node, start, items: node.items.map(move) };
    case 'mapping':
      return {
        ...node,
        start,
        keyStarts: node.keyStarts.map(place),
        values: node.values.map(move),
      };
  }
}
