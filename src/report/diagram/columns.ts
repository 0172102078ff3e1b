import type { Box, Diagram } from './diagram.ts';

/** Boxes of which so many of all pairs connect share a column; fewer make a cycle that is cut. */
const DENSE = 0.6;

/**
 * The column of every box: to the right of those that connect to it for certain, as far as there are no
 * cycles. What nothing connects to stands right before the first it connects to.
 */
export function columnsOf({ boxes, pins }: Diagram): Map<Box, number> {
  const targets = new Map<Box, Set<Box>>(boxes.map((box) => [box, new Set()]));
  for (const { box, arrivals, certainty } of pins) {
    if (certainty === 'allowed') for (const source of arrivals) targets.get(source)!.add(box);
  }
  const groups = mutualGroups(boxes, targets).flatMap((group) => uncycled(group, targets));
  const groupOf = new Map<Box, number>();
  groups.forEach((group, i) => group.forEach((box) => groupOf.set(box, i)));
  // groups come after those they reach; what is left of a cycle that goes back does not count
  const next = groups.map((group, i) => {
    const reached = group.flatMap((box) => [...targets.get(box)!].map((to) => groupOf.get(to)!));
    return [...new Set(reached)].filter((other) => other < i);
  });
  const column = groups.map(() => 0);
  for (let i = groups.length - 1; i >= 0; i--)
    for (const other of next[i]!) column[other] = Math.max(column[other]!, column[i]! + 1);
  pullTogether(column, next);
  const used = [...new Set(column)].sort((a, b) => a - b);
  return new Map(boxes.map((box) => [box, used.indexOf(column[groupOf.get(box)!]!)]));
}

/**
 * Moves what nothing connects to right before the first it shares with others, or else connects to, and
 * what connects to nothing right behind the last that connects to it.
 */
function pullTogether(column: number[], next: readonly (readonly number[])[]): void {
  const sourcesOf = column.map((): number[] => []);
  next.forEach((targets, i) => targets.forEach((target) => sourcesOf[target]!.push(i)));
  next.forEach((targets, i) => {
    if (sourcesOf[i]!.length > 0 || targets.length === 0) return;
    const shared = targets.filter((to) => sourcesOf[to]!.length > 1 || next[to]!.length > 0);
    const nearest = shared.length > 0 ? shared : targets;
    column[i] = Math.min(...nearest.map((to) => column[to]!)) - 1;
  });
  next.forEach((targets, i) => {
    if (targets.length > 0 || sourcesOf[i]!.length === 0) return;
    column[i] = Math.max(...sourcesOf[i]!.map((from) => column[from]!)) + 1;
  });
}

/**
 * A group whole when it is dense, else one by one, last first, by a greedy order in which few arrows go
 * back (Eades, Lin and Smyth, 1993).
 */
function uncycled(group: Box[], targets: ReadonlyMap<Box, ReadonlySet<Box>>): Box[][] {
  const left = new Set(group);
  const outOf = (box: Box): number =>
    group.filter((to) => left.has(to) && targets.get(box)!.has(to)).length;
  const into = (box: Box): number =>
    group.filter((from) => left.has(from) && targets.get(from)!.has(box)).length;
  const arrows = group.reduce((sum, box) => sum + outOf(box), 0);
  if (arrows >= DENSE * group.length * (group.length - 1)) return [group];
  const order: Box[][] = [];
  while (left.size > 0) {
    const ranked = [...left].map((box) => ({ box, lead: outOf(box) - into(box) }));
    const { box } = ranked.reduce((best, one) => (one.lead > best.lead ? one : best));
    left.delete(box);
    order.unshift([box]);
  }
  return order;
}

/** Boxes that reach one another, by Tarjan's algorithm: every group after those it reaches. */
function mutualGroups(boxes: readonly Box[], targets: ReadonlyMap<Box, ReadonlySet<Box>>): Box[][] {
  const groups: Box[][] = [];
  const number = new Map<Box, number>();
  const lowest = new Map<Box, number>();
  const open: Box[] = [];
  const isOpen = new Set<Box>();
  const visit = (box: Box): void => {
    number.set(box, number.size);
    lowest.set(box, number.get(box)!);
    open.push(box);
    isOpen.add(box);
    for (const target of targets.get(box)!) {
      if (!number.has(target)) visit(target);
      else if (!isOpen.has(target)) continue;
      lowest.set(box, Math.min(lowest.get(box)!, lowest.get(target)!));
    }
    if (lowest.get(box) !== number.get(box)) return;
    const group = open.splice(open.indexOf(box));
    for (const member of group) isOpen.delete(member);
    groups.push(group);
  };
  for (const box of boxes) if (!number.has(box)) visit(box);
  return groups;
}
