import type { ElementType, NamedSet, Ruleset } from '../../src/compile/ruleset/ruleset.ts';
import { lineText } from '../../src/compile/ruleset/statement-text.ts';
import type { Transaction } from '../../src/compile/transaction/compiler.ts';
import { parseAddress, parseV6 } from '../../src/model/address.ts';

/** The sets of a table, as the kernel keeps them: by name, the elements by their key. */
export type Sets = ReadonlyMap<string, ModelSet>;

interface Box {
  readonly key: string;
  readonly ranges: readonly (readonly [low: bigint, high: bigint])[];
}

const PROTOCOLS: Readonly<Record<string, bigint>> = { tcp: 6n, udp: 17n, sctp: 132n };

/** One set: refuses what nft or the kernel would refuse, and more. */
export class ModelSet {
  readonly key: readonly ElementType[];
  readonly isInterval: boolean;
  readonly isMap: boolean;
  readonly elements = new Map<string, string>();

  constructor({ key, value, interval = false }: NamedSet) {
    this.key = key;
    this.isMap = value !== undefined;
    this.isInterval = interval;
  }

  copy(): ModelSet {
    const { key, isMap, isInterval } = this;
    const copy = new ModelSet({
      name: '',
      key,
      interval: isInterval,
      elements: new Map(),
      ...(isMap && { value: 'classid' as const }),
    });
    for (const [own, value] of this.elements) copy.elements.set(own, value);
    return copy;
  }

  add(key: string, value: string): void {
    if (this.elements.has(key)) throw new Error(`\`${key}\` is there already`);
    if ((value === '') === this.isMap) throw new Error(`\`${key}\` has the value \`${value}\``);
    this.elements.set(key, value);
  }

  delete(key: string): void {
    if (!this.elements.delete(key)) throw new Error(`\`${key}\` is not there`);
  }

  /** Throws when two elements overlap. */
  check(): void {
    if (!this.isInterval) return;
    const boxes = [...this.elements.keys()].map((key) => this.#boxOf(key));
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) {
        const meet = a.ranges.every(([low, high], k) => {
          return low <= b.ranges[k]![1] && b.ranges[k]![0] <= high;
        });
        if (meet) throw new Error(`\`${a.key}\` overlaps \`${b.key}\``);
      }
    }
  }

  #boxOf(key: string): Box {
    const ranges = key.split(' . ').map((part, i): [bigint, bigint] => {
      const [low, high = low] = part.split('-');
      return [numberOf(this.key[i]!, low!), numberOf(this.key[i]!, high!)];
    });
    if (ranges.some(([low, high]) => low > high)) throw new Error(`\`${key}\` is upside down`);
    return { key, ranges };
  }
}

/** An address as the number the kernel has; an IPv4-mapped one is one of IPv6 there. */
export function addressValue(text: string): bigint {
  return text.includes(':') ? parseV6(text)! : parseAddress(text)!.value;
}

function numberOf(type: ElementType, text: string): bigint {
  if (type === 'ipv4_addr' || type === 'ipv6_addr') return addressValue(text);
  if (type === 'classid') {
    const [major, minor] = text.split(':');
    return BigInt(`0x${major}`) * 0x1_0000n + BigInt(`0x${minor}`);
  }
  return PROTOCOLS[text] ?? BigInt(text);
}

/** What a ruleset's sets hold. */
export function setsOfRuleset({ sets }: Ruleset): Sets {
  return new Map(
    sets
      .filter(({ dynamic }) => dynamic === undefined)
      .map((set) => {
        const model = new ModelSet(set);
        for (const [key, value] of set.elements) model.add(key, value);
        return [set.name, model];
      }),
  );
}

/** Runs a transaction on a copy of the sets; throws for whatever nft would refuse. */
export function run(text: string, before: Sets): Sets {
  const sets = new Map([...before].map(([name, set]) => [name, set.copy()]));
  for (const line of text.split('\n')) {
    const [, verb, name, body] =
      /^(add|delete) element inet sluice (\S+) \{ (.*) \}$/.exec(line) ?? [];
    if (verb === undefined) {
      if (!/^(add|flush) (rule|chain) |^$/.test(line)) throw new Error(`unknown: ${line}`);
      continue;
    }
    const set = sets.get(name!)!;
    for (const element of body!.split(', ')) {
      const [key, value = ''] = element.split(' : ');
      if (verb === 'delete') set.delete(key!);
      else set.add(key!, value);
    }
  }
  for (const set of sets.values()) set.check();
  return sets;
}

/** The rules of every chain, as nft reads them. */
export type Rules = Readonly<Record<string, readonly string[]>>;

export function rulesOf({ chains }: Ruleset): Rules {
  return Object.fromEntries(chains.map(({ name, lines }) => [name, lines.map(lineText)]));
}

/** What a transaction and its sweep make of the rules of before; throws when a rule is for no chain. */
export function runRules({ apply, sweep = '' }: Transaction, before: Rules): Rules {
  const rules = new Map(Object.entries(before));
  for (const line of `${apply}${sweep}`.split('\n')) {
    const [, verb, name = '', text = ''] =
      /^(flush chain|add rule) inet sluice (\S+) ?(.*)$/.exec(line) ?? [];
    if (verb === undefined) continue;
    const own = rules.get(name);
    if (own === undefined) throw new Error(`there is no chain \`${name}\``);
    rules.set(name, verb === 'flush chain' ? [] : [...own, text]);
  }
  return Object.fromEntries(rules);
}

/** The elements of every set, to be compared. */
export function contentsOf(sets: Sets): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...sets].map(([name, { elements }]) => [name, Object.fromEntries(elements)]),
  );
}
