import type { Command } from '../nft/words.ts';
import { elementsOf } from '../nft/words.ts';
import { MemorySet } from './memory-set.ts';
import type { Undo } from './memory-set.ts';

interface MemoryChain {
  /** What stands in the braces of a base chain; empty for others. */
  readonly declared: string;
  rules: readonly { readonly handle: number; readonly text: string }[];
}

const MISSING = 'No such file or directory';
const BUSY = 'Device or resource busy';

/** One table kept in memory. Each change returns what takes it back, or throws an Error and changes nothing. */
export class MemoryTable {
  readonly #chains = new Map<string, MemoryChain>();
  readonly #sets = new Map<string, MemorySet>();
  #handles = 0;

  change({ words, body }: Command): Undo {
    const [verb, object, , , name = ''] = words;
    switch (`${verb} ${object}`) {
      case 'add chain':
        return this.#addChain(name, body ?? '');
      case 'delete chain':
        return this.#deleteChain(name);
      case 'flush chain':
        return this.#setRules(name, []);
      case 'add rule':
        return this.#addRule(name, words.slice(5).join(' '));
      case 'add set':
      case 'add map':
        return this.#addSet(name, body ?? '', object === 'map');
      case 'delete set':
      case 'delete map':
        return this.#deleteSet(name, object === 'map');
      case 'flush set':
      case 'flush map':
        return this.#setOf(name, object === 'map').flush();
      case 'add element':
        return inTurn(elementsOf(body ?? ''), (element) => this.#setOf(name).add(element));
      case 'delete element':
        return inTurn(elementsOf(body ?? ''), (element) => this.#setOf(name).delete(element));
      default:
        throw new Error(`\`${words.join(' ').slice(0, 80)}\` is not understood here`);
    }
  }

  #addChain(name: string, body: string): Undo {
    const declared = body.replaceAll(/[\s;]+/g, ' ').trim();
    const there = this.#chains.get(name);
    if (there === undefined) {
      this.#chains.set(name, { declared, rules: [] });
      return () => this.#chains.delete(name);
    }
    if (declared === '' || declared === there.declared) return () => {};
    throw new Error(`chain \`${name}\` is there and different: File exists`);
  }

  #deleteChain(name: string): Undo {
    const chain = this.#chainOf(name);
    this.#refuseInUse(new RegExp(`\\b(?:jump|goto) ${name}(?![\\w-])`), `chain \`${name}\``);
    this.#chains.delete(name);
    return () => this.#chains.set(name, chain);
  }

  #addRule(chain: string, text: string): Undo {
    for (const [, target] of text.matchAll(/\b(?:jump|goto) ([\w-]+)/g)) this.#chainOf(target!);
    for (const [, set] of text.matchAll(/@(\w+)/g)) this.#setOf(set!);
    const { rules } = this.#chainOf(chain);
    return this.#setRules(chain, [...rules, { handle: ++this.#handles, text }]);
  }

  #setRules(name: string, rules: MemoryChain['rules']): Undo {
    const chain = this.#chainOf(name);
    const before = chain.rules;
    chain.rules = rules;
    return () => (chain.rules = before);
  }

  #addSet(name: string, declaration: string, isMap: boolean): Undo {
    const [head = '', elements] = declaration.split(/elements\s*=\s*\{/);
    const set = new MemorySet(head);
    if ((set.value !== undefined) !== isMap)
      throw new Error(`\`${name}\` is no ${isMap ? 'map' : 'set'}`);
    const there = this.#sets.get(name);
    if (there !== undefined && there.declared !== set.declared) {
      throw new Error(`set \`${name}\` is there and different: File exists`);
    }
    if (there === undefined) this.#sets.set(name, set);
    const undo = inTurn(elementsOf(elements?.replace(/\}.*$/s, '') ?? ''), (element) =>
      this.#setOf(name).add(element),
    );
    return () => {
      undo();
      if (there === undefined) this.#sets.delete(name);
    };
  }

  #deleteSet(name: string, isMap: boolean): Undo {
    const set = this.#setOf(name, isMap);
    this.#refuseInUse(new RegExp(`@${name}(?!\\w)`), `set \`${name}\``);
    this.#sets.delete(name);
    return () => this.#sets.set(name, set);
  }

  #refuseInUse(mention: RegExp, what: string): void {
    for (const [chain, { rules }] of this.#chains) {
      if (rules.some(({ text }) => mention.test(text))) {
        throw new Error(`${what} is in use in chain \`${chain}\`: ${BUSY}`);
      }
    }
  }

  #chainOf(name: string): MemoryChain {
    const chain = this.#chains.get(name);
    if (chain === undefined) throw new Error(`there is no chain \`${name}\`: ${MISSING}`);
    return chain;
  }

  #setOf(name: string, isMap?: boolean): MemorySet {
    const set = this.#sets.get(name);
    if (set !== undefined && (isMap === undefined || isMap === (set.value !== undefined)))
      return set;
    throw new Error(`there is no ${isMap ? 'map' : 'set'} \`${name}\`: ${MISSING}`);
  }

  /** The chains asked for (all by default) with their rules, as `nft -j` lists them. */
  chainsJson(table: string, only?: string): unknown[] {
    const chains = only === undefined ? [...this.#chains.keys()] : [only];
    const rules = chains.flatMap((chain) =>
      this.#chainOf(chain).rules.map(({ handle, text }) => ({
        rule: { family: 'inet', table, chain, handle, expr: expressionsOf(text) },
      })),
    );
    return [...chains.map((name) => ({ chain: { family: 'inet', table, name } })), ...rules];
  }

  /** The sets asked for (all by default), as `nft -j` lists them. */
  setsJson(table: string, only?: string): unknown[] {
    const names = only === undefined ? [...this.#sets.keys()] : [only];
    return names.map((name) => {
      const set = this.#setOf(name);
      const type = set.key.length === 1 ? set.key[0] : set.key;
      const common = { family: 'inet', name, table, type };
      const flags = set.interval ? { flags: ['interval'] } : {};
      const elem = set.size === 0 ? {} : { elem: set.json() };
      if (set.value === undefined) return { set: { ...common, ...flags, ...elem } };
      return { map: { ...common, map: set.value, ...flags, ...elem } };
    });
  }
}

/** Does one thing for each of some; when one fails, those before it are taken back. */
export function inTurn<T>(things: readonly T[], change: (thing: T) => Undo): Undo {
  const undos: Undo[] = [];
  const undo = (): void => {
    for (const one of undos.splice(0).reverse()) one();
  };
  try {
    for (const thing of things) undos.push(change(thing));
  } catch (error) {
    undo();
    throw error;
  }
  return undo;
}

/** The two rules whose form in JSON is read again (chains `gate` and `state`); of others only the text. */
function expressionsOf(text: string): unknown[] {
  const gate = /^ct mark and (\w+) == (\w+) accept$/.exec(text);
  if (gate !== null) {
    const left = { '&': [{ ct: { key: 'mark' } }, Number(gate[1])] };
    return [{ match: { op: '==', left, right: Number(gate[2]) } }, { accept: null }];
  }
  const scratch = /^meta priority set (\S+)$/.exec(text);
  if (scratch === null) return [{ text }];
  return [{ mangle: { key: { meta: { key: 'priority' } }, value: scratch[1] } }];
}
