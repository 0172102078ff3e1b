import type { Chain, Hook, Line, Ruleset } from '../../src/compile/ruleset/ruleset.ts';
import { Lookup } from './lookup.ts';
import { onlyKeys } from './only-keys.ts';
import { stepOf } from './step.ts';
import type { Step, Tables } from './step.ts';

/** A rule of a chain, ready to be run. */
export interface Rule {
  readonly steps: readonly Step[];
}

/** A chain whose rules are ready to be run; its `rules` are filled once all chains are known. */
export interface LinkedChain {
  readonly name: string;
  readonly rules: Rule[];
}

/** A chain at a hook. */
export interface BaseChain extends LinkedChain {
  readonly priority: number;
}

const SET_KEYS = 'name key value interval timeout size dynamic elements'.split(' ');

/** How many jumps deep the kernel walks (`NFT_JUMP_STACK_SIZE`). */
const MOST_JUMPS = 16;

/**
 * A ruleset linked for walking. Throws on everything that nft or the kernel would refuse, and on
 * everything the virtual packet does not know: a name that nothing has, a loop of jumps, a jump to a
 * base chain, a rule that goes on after its verdict, types that do not fit, overlapping intervals.
 */
export class Program {
  readonly #chains = new Map<string, LinkedChain>();
  readonly #base = new Map<Hook, BaseChain[]>();
  readonly #tables: Tables;

  /**
   * `strained` is a node under attack: rate limits are spent and dynamic sets are full, so that every
   * rule with one of them ends there.
   */
  constructor(ruleset: Ruleset, strained = false) {
    onlyKeys('a ruleset', ruleset, ['table', 'chains', 'sets']);
    const lookups = new Map<string, Lookup>();
    const dynamic = new Map<string, Map<bigint, number>>();
    const remembered = new Map<string, Set<string>>();
    for (const set of ruleset.sets) {
      onlyKeys(set.name, set, SET_KEYS);
      if (lookups.has(set.name)) throw new Error(`there are two sets \`${set.name}\``);
      lookups.set(set.name, new Lookup(set));
      if (set.dynamic === undefined) continue;
      if (set.elements.size > 0) throw new Error(`the dynamic set ${set.name} is not empty`);
      if (set.dynamic.seconds === undefined) dynamic.set(set.name, new Map());
      else remembered.set(set.name, new Set());
    }
    for (const chain of ruleset.chains) this.#addChain(chain);
    checkJumps(ruleset.chains);
    this.#tables = { lookups, dynamic, remembered, chains: this.#chains, strained };
    for (const { name, lines } of ruleset.chains) {
      const { rules } = this.#chains.get(name)!;
      lines.forEach((line, i) => rules.push(this.#rule(`${name}:${i + 1}`, line)));
    }
  }

  /** The base chains at a hook, in the order of their priorities. */
  at(hook: Hook): readonly BaseChain[] {
    return this.#base.get(hook) ?? [];
  }

  /** How many packets rules counted in a dynamic set under a key. */
  counted(set: string, key: bigint): number {
    const counts = this.#tables.dynamic.get(set);
    if (counts === undefined) throw new Error(`there is no dynamic set \`${set}\``);
    return counts.get(key) ?? 0;
  }

  #addChain({ name, hook, ...rest }: Chain): void {
    onlyKeys(name, rest, ['lines']);
    if (this.#chains.has(name)) throw new Error(`there are two chains \`${name}\``);
    if (hook === undefined) {
      this.#chains.set(name, { name, rules: [] });
      return;
    }
    onlyKeys(name, hook, ['name', 'priority']);
    const chain: BaseChain = { name, rules: [], priority: hook.priority };
    this.#chains.set(name, chain);
    const others = this.#base.get(hook.name) ?? [];
    if (others.some(({ priority }) => priority === chain.priority)) {
      throw new Error(`which chain comes first at ${hook.name} ${hook.priority} is not told`);
    }
    this.#base.set(
      hook.name,
      [...others, chain].sort((a, b) => a.priority - b.priority),
    );
  }

  #rule(told: string, line: Line): Rule {
    onlyKeys(told, line, ['statements', 'note']);
    if (line.statements.length === 0) throw new Error(`${told} is an empty rule`);
    return { steps: line.statements.map((_, i) => stepOf(told, line.statements, i, this.#tables)) };
  }
}

/** Throws on jumps to nowhere, to a base chain, in a loop, or deeper than the kernel goes. */
function checkJumps(chains: readonly Chain[]): void {
  const byName = new Map(chains.map((chain) => [chain.name, chain]));
  const depths = new Map<string, number | 'open'>();
  const depthOf = (chain: Chain): number => {
    const known = depths.get(chain.name);
    if (known === 'open') throw new Error(`jumps lead from ${chain.name} back to itself`);
    if (known !== undefined) return known;
    depths.set(chain.name, 'open');
    let depth = 0;
    for (const statement of chain.lines.flatMap(({ statements }) => statements)) {
      if (statement.kind !== 'jump' && statement.kind !== 'goto') continue;
      const target = byName.get(statement.chain);
      if (target === undefined) throw new Error(`${chain.name}: no chain \`${statement.chain}\``);
      if (target.hook) throw new Error(`${chain.name}: ${target.name} is at a hook of its own`);
      depth = Math.max(depth, depthOf(target) + (statement.kind === 'jump' ? 1 : 0));
    }
    if (depth > MOST_JUMPS) throw new Error(`${chain.name} jumps ${depth} deep`);
    depths.set(chain.name, depth);
    return depth;
  };
  for (const chain of chains) depthOf(chain);
}
