import type { Chain } from '../ruleset/ruleset.ts';
import { TABLE } from '../ruleset/set-names.ts';
import { lineText } from '../ruleset/statement-text.ts';
import type { ElementChanges } from './element-changes.ts';
import type { SetShape } from './set-contents.ts';

/** How many elements one statement has at most: nft echoes the whole of a line it refuses. */
const MOST_ELEMENTS = 1_000;

/**
 * Makes the ruleset what the kernel has, whatever of it was there before: nothing at all, or an older one.
 * The sets `kept` are not emptied first.
 */
export function refillText(
  chains: readonly Chain[],
  sets: readonly SetShape[],
  elements: ElementChanges,
  kept: readonly SetShape[],
): string {
  const lines = [`add table inet ${TABLE}`];
  for (const chain of chains) lines.push(`add chain inet ${TABLE} ${chainText(chain)}`);
  for (const set of sets) lines.push(`add ${kindOf(set)} inet ${TABLE} ${setText(set)}`);
  for (const set of sets) {
    // what was counted stays counted
    const isCounted = set.dynamic !== undefined && set.dynamic.seconds === undefined;
    if (!isCounted && !kept.includes(set)) lines.push(flushLine(set));
  }
  return textOf(lines) + changeText(elements, chains);
}

/** Empties some sets and fills them again. */
export function refillSetsText(sets: readonly SetShape[], elements: ElementChanges): string {
  const names = new Set(sets.map(({ name }) => name));
  const lines = sets.map(flushLine);
  for (const [set, own] of elements.added) {
    if (names.has(set)) lines.push(...elementLines('add', set, own));
  }
  return textOf(lines);
}

function flushLine(set: SetShape): string {
  return `flush ${kindOf(set)} inet ${TABLE} ${set.name}`;
}

/** Changes of elements and the chains to rewrite, as one transaction. */
export function changeText(changes: ElementChanges, rewritten: readonly Chain[]): string {
  const lines: string[] = [];
  for (const map of changes.flushed) lines.push(`flush map inet ${TABLE} ${map}`);
  for (const [set, keys] of changes.deleted) lines.push(...elementLines('delete', set, keys));
  for (const [set, elements] of changes.added) lines.push(...elementLines('add', set, elements));
  for (const chain of rewritten) lines.push(...rewriteLines(chain));
  return textOf(lines);
}

function rewriteLines(chain: Chain): string[] {
  return [
    `flush chain inet ${TABLE} ${chain.name}`,
    ...chain.lines.map((line) => `add rule inet ${TABLE} ${chain.name} ${lineText(line)}`),
  ];
}

function elementLines(verb: string, set: string, elements: readonly string[]): string[] {
  const lines: string[] = [];
  for (let i = 0; i < elements.length; i += MOST_ELEMENTS) {
    const some = elements.slice(i, i + MOST_ELEMENTS).join(', ');
    lines.push(`${verb} element inet ${TABLE} ${set} { ${some} }`);
  }
  return lines;
}

/** A chain without its rules: `post { type filter hook postrouting priority 95; policy accept; }`. */
export function chainText({ name, hook }: Chain): string {
  if (hook === undefined) return name;
  return `${name} { type filter hook ${hook.name} priority ${hook.priority}; policy accept; }`;
}

/** A set without its elements: `peers4 { type ipv4_addr : classid; }`. */
export function setText(set: SetShape): string {
  return `${set.name} { ${setProperties(set).join(' ')} }`;
}

/** What a set is declared with, a statement each. */
export function setProperties({
  key,
  value,
  interval,
  timeout,
  size,
  dynamic,
}: SetShape): string[] {
  return [
    `type ${key.join(' . ')}${value === undefined ? '' : ` : ${value}`};`,
    ...(interval ? ['flags interval;'] : []),
    ...(timeout ? ['flags timeout;'] : []),
    ...(size === undefined ? [] : [`size ${size};`]),
    ...(dynamic === undefined ? [] : dynamicProperties(dynamic)),
  ];
}

/** The kernel looks for elements that ended a few times before the last of them does. */
function dynamicProperties({ size, seconds }: Exclude<SetShape['dynamic'], undefined>): string[] {
  if (seconds === undefined) return [`size ${size};`, 'flags dynamic;', 'counter;'];
  const often = Math.ceil(seconds / 6);
  return [
    `size ${size};`,
    'flags dynamic,timeout;',
    `timeout ${seconds}s;`,
    `gc-interval ${often}s;`,
  ];
}

/** The word for a set in commands. */
export function kindOf({ value }: SetShape): 'map' | 'set' {
  return value === undefined ? 'set' : 'map';
}

function textOf(lines: readonly string[]): string {
  return lines.map((one) => `${one}\n`).join('');
}
