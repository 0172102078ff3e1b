import type { Field, Line, MatchStatement, Statement } from './ruleset.ts';

/** A rule of these statements. */
export function line(...statements: readonly Statement[]): Line {
  return { statements };
}

/** A rule with a word on why it is there. */
export function noted(note: string, ...statements: readonly Statement[]): Line {
  return { statements, note };
}

/** The field has one of the values. */
export function is(field: Field, ...values: readonly string[]): MatchStatement {
  return { kind: 'match', fields: [field], in: { values } };
}

/** The field has none of the values. */
export function isNot(field: Field, ...values: readonly string[]): MatchStatement {
  return { kind: 'match', fields: [field], negated: true, in: { values } };
}

/** The fields together are in a set. */
export function within(set: string, ...fields: readonly Field[]): MatchStatement {
  return { kind: 'match', fields, in: { set } };
}

/** The fields together are in no element of a set. */
export function notWithin(set: string, ...fields: readonly Field[]): MatchStatement {
  return { kind: 'match', fields, negated: true, in: { set } };
}

/** Puts what the fields lead to into the scratch register; when that is nothing, the rule ends. */
export function lookUp(map: string, ...key: readonly Field[]): Statement {
  return { kind: 'scratch-map', key, map };
}

export function jump(chain: string): Statement {
  return { kind: 'jump', chain };
}

export function goto(chain: string): Statement {
  return { kind: 'goto', chain };
}

export const ACCEPT: Statement = { kind: 'accept' };
export const DROP: Statement = { kind: 'drop' };
export const RETURN: Statement = { kind: 'return' };
export const COUNTER: Statement = { kind: 'counter' };
