import type {
  ElementType,
  Field,
  MatchStatement,
  Statement,
} from '../../src/compile/ruleset/ruleset.ts';
import { readField } from './field.ts';
import type { Setting, Skb } from './field.ts';
import type { Lookup } from './lookup.ts';
import { onlyKeys } from './only-keys.ts';
import type { LinkedChain } from './program.ts';
import { TYPES, numberOf, parseRange } from './value-text.ts';
import type { Range } from './value-text.ts';

/** What a statement makes of the rule it stands in. */
export type Outcome = 'goes on' | 'ends' | Verdict;

/** Where the packet goes from a rule. */
export type Verdict =
  | { readonly kind: 'accept' | 'drop' | 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: LinkedChain };

/** One statement, ready to be run. */
export type Step = (skb: Skb, setting: Setting) => Outcome;

/** What statements of a table refer to by name. */
export interface Tables {
  readonly lookups: ReadonlyMap<string, Lookup>;
  /** What rules counted in each dynamic set. */
  readonly dynamic: ReadonlyMap<string, Map<bigint, number>>;
  /** What rules keep in each set they fill for later, by its key; it never ends here. */
  readonly remembered: ReadonlyMap<string, Set<string>>;
  readonly chains: ReadonlyMap<string, LinkedChain>;
  readonly strained: boolean;
}

const KEYS: Readonly<Record<Statement['kind'], readonly string[]>> = {
  match: ['fields', 'mask', 'negated', 'in'],
  counter: [],
  limit: ['rate', 'burst'],
  log: ['prefix', 'group', 'snaplen'],
  mark: ['keep', 'value'],
  scratch: ['value'],
  'scratch-map': ['key', 'map'],
  'count-in': ['field', 'set'],
  remember: ['key', 'set'],
  accept: [],
  drop: [],
  return: [],
  jump: ['chain'],
  goto: ['chain'],
};

/** Links one statement of a rule. Measured on Linux 6.18 where the kernel might do either. */
export function stepOf(
  told: string,
  statements: readonly Statement[],
  i: number,
  tables: Tables,
): Step {
  const statement = statements[i]!;
  onlyKeys(told, statement, ['kind', ...(KEYS[statement.kind] ?? [])]);
  switch (statement.kind) {
    case 'match':
      requirePorts(told, statements.slice(0, i), statement.fields);
      return matchStep(told, statement, tables);
    case 'counter':
    case 'log':
      return () => 'goes on';
    case 'limit':
      return () => (tables.strained ? 'ends' : 'goes on');
    case 'mark':
      return markStep(statement.keep, statement.value);
    case 'scratch': {
      const value = register(told, statement.value);
      return (skb) => {
        skb.priority = value;
        return 'goes on';
      };
    }
    case 'scratch-map': {
      requirePorts(told, statements.slice(0, i), statement.key);
      const map = lookupOf(told, tables, statement.map, statement.key);
      if (map.value !== 'classid') throw new Error(`${told}: ${map.name} is no map to classid`);
      return (skb, setting) => {
        const key = readAll(statement.key, skb, setting);
        const value = key && map.find(key);
        if (value === undefined) return 'ends';
        skb.priority = value;
        return 'goes on';
      };
    }
    case 'count-in':
      return countStep(told, statement.field, statement.set, tables);
    case 'remember':
      requirePorts(told, statements.slice(0, i), statement.key);
      return rememberStep(told, statement.key, statement.set, tables);
    case 'accept':
    case 'drop':
    case 'return':
      requireLast(told, statements, i);
      return () => statement;
    case 'jump':
    case 'goto': {
      requireLast(told, statements, i);
      const verdict: Verdict = { kind: statement.kind, chain: tables.chains.get(statement.chain)! };
      return () => verdict;
    }
    default:
      throw new Error(`${told}: unknown statement ${JSON.stringify(statement satisfies never)}`);
  }
}

function requireLast(told: string, statements: readonly Statement[], i: number): void {
  if (i !== statements.length - 1) throw new Error(`${told} goes on after its verdict`);
}

/** nft 1.0.6 refuses a port of unknown size: "can not use variable sized data types". */
function requirePorts(told: string, before: readonly Statement[], fields: readonly Field[]): void {
  if (!fields.includes('ct reply proto-src')) return;
  const known = before.some(
    (one) =>
      one.kind === 'match' &&
      one.fields.join() === 'meta l4proto' &&
      !one.negated &&
      'values' in one.in &&
      one.in.values.every((name) => ['tcp', 'udp', 'sctp'].includes(name)),
  );
  if (!known) throw new Error(`${told} needs \`meta l4proto { tcp, udp, sctp }\` before the port`);
}

function matchStep(told: string, statement: MatchStatement, tables: Tables): Step {
  const { fields, mask, negated = false } = statement;
  if ('set' in statement.in) {
    onlyKeys(told, statement.in, ['set']);
    if (mask !== undefined) throw new Error(`${told}: a mask before a set`);
    const remembered = tables.remembered.get(statement.in.set);
    if (remembered !== undefined) {
      requireTypes(told, tables.lookups.get(statement.in.set)!, fields);
      return (skb, setting) => {
        const key = readAll(fields, skb, setting);
        return key === undefined || remembered.has(key.join()) === negated ? 'ends' : 'goes on';
      };
    }
    const set = lookupOf(told, tables, statement.in.set, fields);
    if (set.value !== undefined) throw new Error(`${told}: ${set.name} is a map, not a set`);
    return (skb, setting) => {
      const key = readAll(fields, skb, setting);
      if (key === undefined) return 'ends';
      return (set.find(key) !== undefined) === negated ? 'ends' : 'goes on';
    };
  }
  onlyKeys(told, statement.in, ['values']);
  const [field] = fields;
  if (field === undefined || fields.length > 1) throw new Error(`${told}: several fields`);
  const ranges = valuesOf(told, field, mask, statement.in.values);
  const bits = mask === undefined ? undefined : register(told, mask);
  return (skb, setting) => {
    let value = readField(field, skb, setting);
    if (value === undefined) return 'ends';
    if (bits !== undefined) value &= bits;
    const found = ranges.some(({ low, high }) => low <= value && value <= high);
    return found === negated ? 'ends' : 'goes on';
  };
}

/** Flags need a mask, for without one nft compares them in two ways; states never have one. */
function valuesOf(
  told: string,
  field: Field,
  mask: number | undefined,
  values: readonly string[],
): Range[] {
  if (values.length === 0) throw new Error(`${told}: no values`);
  const wanted = { 'tcp flags': 'always', 'ct mark': 'maybe' }[field as string] ?? 'never';
  if (wanted === (mask === undefined ? 'always' : 'never')) {
    throw new Error(`${told}: \`${field}\` ${mask === undefined ? 'without' : 'with'} a mask`);
  }
  if (field !== 'tcp flags') return values.map((text) => parseRange(TYPES[field], text));
  return values.map((text) => {
    const flags = text.split('|').map((name) => numberOf('tcp_flag', name.trim()));
    const value = flags.reduce((all, flag) => all | flag, 0n);
    return { low: value, high: value };
  });
}

function lookupOf(
  told: string,
  { lookups, dynamic }: Tables,
  name: string,
  fields: readonly Field[],
): Lookup {
  const found = lookups.get(name);
  if (found === undefined) throw new Error(`${told}: there is no set \`${name}\``);
  if (dynamic.has(name)) throw new Error(`${told}: ${name} is only counted in`);
  requireTypes(told, found, fields);
  return found;
}

function requireTypes(told: string, { name, key }: Lookup, fields: readonly Field[]): void {
  const types = fields.map((field) => TYPES[field] as ElementType);
  if (types.join(' . ') !== key.join(' . ')) {
    throw new Error(`${told}: ${name} has keys ${key.join(' . ')}, not ${types.join(' . ')}`);
  }
}

function readAll(fields: readonly Field[], skb: Skb, setting: Setting): bigint[] | undefined {
  const key: bigint[] = [];
  for (const field of fields) {
    const value = readField(field, skb, setting);
    if (value === undefined) return undefined;
    key.push(value);
  }
  return key;
}

/** `ct mark set ct mark and KEEP or VALUE`: loading the mark of no connection ends the rule. */
function markStep(keep: number, value: number): Step {
  return ({ tracking }) => {
    if (tracking === undefined || !('entry' in tracking)) return 'ends';
    tracking.entry.mark = ((tracking.entry.mark & keep) | value) >>> 0;
    return 'goes on';
  };
}

/** `update @SET { FIELD }`: a full set ends the rule (measured), whatever comes after it. */
function countStep(told: string, field: Field, set: string, tables: Tables): Step {
  const counts = tables.dynamic.get(set);
  if (counts === undefined) throw new Error(`${told}: there is no dynamic set \`${set}\``);
  requireTypes(told, tables.lookups.get(set)!, [field]);
  return (skb, setting) => {
    const value = readField(field, skb, setting);
    if (value === undefined || tables.strained) return 'ends';
    counts.set(value, (counts.get(value) ?? 0) + 1);
    return 'goes on';
  };
}

/** `update @SET { FIELD . FIELD }`: a full set ends the rule. */
function rememberStep(told: string, fields: readonly Field[], set: string, tables: Tables): Step {
  const remembered = tables.remembered.get(set);
  if (remembered === undefined) throw new Error(`${told}: ${set} is no set that rules fill`);
  requireTypes(told, tables.lookups.get(set)!, fields);
  return (skb, setting) => {
    const key = readAll(fields, skb, setting);
    if (key === undefined || tables.strained) return 'ends';
    remembered.add(key.join());
    return 'goes on';
  };
}

function register(told: string, value: number): bigint {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
    throw new Error(`${told}: ${value} does not fit 32 bits`);
  }
  return BigInt(value);
}
