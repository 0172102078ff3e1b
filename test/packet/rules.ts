/**
 * Rules and sets written short, for tests that make rulesets by hand.
 *
 * @module
 */
import type {
  Chain,
  ElementType,
  Field,
  Hook,
  Line,
  NamedSet,
  Ruleset,
  Statement,
} from '../../src/compile/ruleset/ruleset.ts';

export const ACCEPT: Statement = { kind: 'accept' };
export const DROP: Statement = { kind: 'drop' };
export const RETURN: Statement = { kind: 'return' };

/** `FIELD { VALUE, … }`. */
export function is(field: Field, ...values: string[]): Statement {
  return { kind: 'match', fields: [field], in: { values } };
}

/** `FIELD != { VALUE, … }`. */
export function isNot(field: Field, ...values: string[]): Statement {
  return { kind: 'match', fields: [field], negated: true, in: { values } };
}

/** `FIELD . FIELD @SET`; give the fields with ` . ` between them. */
export function isIn(fields: string, set: string): Statement {
  return { kind: 'match', fields: fields.split(' . ') as Field[], in: { set } };
}

/** `FIELD . FIELD != @SET`. */
export function isNotIn(fields: string, set: string): Statement {
  return { kind: 'match', fields: fields.split(' . ') as Field[], negated: true, in: { set } };
}

/** `FIELD and MASK == VALUE`. */
export function isMasked(field: Field, mask: number, value: string): Statement {
  return { kind: 'match', fields: [field], mask, in: { values: [value] } };
}

/** `meta priority set FIELD . FIELD map @MAP`. */
export function scratchOf(fields: string, map: string): Statement {
  return { kind: 'scratch-map', key: fields.split(' . ') as Field[], map };
}

export function jump(chain: string): Statement {
  return { kind: 'jump', chain };
}

export function goTo(chain: string): Statement {
  return { kind: 'goto', chain };
}

/** A chain, each rule as the list of its statements. */
export function chain(name: string, ...rules: (readonly Statement[])[]): Chain {
  return { name, lines: rules.map((statements): Line => ({ statements })) };
}

/** A chain at a hook. */
export function baseChain(hook: Hook, priority: number, ...rules: (readonly Statement[])[]): Chain {
  return { ...chain(`${hook}${priority}`, ...rules), hook: { name: hook, priority } };
}

/** A set of the given keys, their types with ` . ` between them. */
export function setOf(name: string, key: string, ...elements: string[]): NamedSet {
  const entries = elements.map((element): [string, string] => [element, '']);
  return { name, key: key.split(' . ') as ElementType[], elements: new Map(entries) };
}

/** A map to class ids. */
export function mapOf(name: string, key: string, elements: Record<string, string>): NamedSet {
  const types = key.split(' . ') as ElementType[];
  return { name, key: types, value: 'classid', elements: new Map(Object.entries(elements)) };
}

/** The same with `flags interval`. */
export function interval(set: NamedSet): NamedSet {
  return { ...set, interval: true };
}

/** A set that rules fill. */
export function dynamic(name: string, key: ElementType): NamedSet {
  return { name, key: [key], dynamic: { size: 65_536 }, elements: new Map() };
}

/** The table of these chains and sets. */
export function table(chains: readonly Chain[], sets: readonly NamedSet[] = []): Ruleset {
  return { table: 'sluice', chains, sets };
}
