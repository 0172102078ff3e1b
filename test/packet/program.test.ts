import { describe, expect, test } from 'vitest';
import type { Chain, Line, NamedSet, Statement } from '../../src/compile/ruleset/ruleset.ts';
import { Program } from './program.ts';
import {
  ACCEPT,
  baseChain,
  chain,
  dynamic,
  goTo,
  is,
  isIn,
  isMasked,
  isNot,
  jump,
  mapOf,
  scratchOf,
  setOf,
  table,
} from './rules.ts';

const COUNTER: Statement = { kind: 'counter' };

describe('refused before any packet', () => {
  const CASES: readonly (readonly [string, Chain[], NamedSet[], RegExp])[] = [
    ['a jump to no chain', [chain('a', [jump('b')])], [], /a: no chain `b`/],
    [
      'a jump to a base chain',
      [chain('a', [goTo('forward0')]), baseChain('forward', 0)],
      [],
      /hook of its own/,
    ],
    ['a loop', [chain('a', [jump('b')]), chain('b', [goTo('a')])], [], /back to itself/],
    ['a loop of one', [chain('a', [goTo('a')])], [], /back to itself/],
    ['two chains of one name', [chain('a'), chain('a')], [], /two chains/],
    ['two sets of one name', [], [setOf('s', 'ipv4_addr'), setOf('s', 'ipv6_addr')], /two sets/],
    [
      'two base chains that may swap',
      [baseChain('forward', 0), { ...baseChain('forward', 0), name: 'x' }],
      [],
      /comes first/,
    ],
    ['a set that is not there', [chain('a', [isIn('ip saddr', 's')])], [], /no set `s`/],
    ['a map that is not there', [chain('a', [scratchOf('ip saddr', 'm')])], [], /no set `m`/],
    [
      'a key of another type',
      [chain('a', [isIn('ip6 saddr', 's')])],
      [setOf('s', 'ipv4_addr')],
      /keys ipv4_addr, not ipv6_addr/,
    ],
    [
      'a key with too few parts',
      [chain('a', [isIn('ip saddr', 's')])],
      [setOf('s', 'ipv4_addr . inet_proto')],
      /not ipv4_addr/,
    ],
    [
      'a map used as a set',
      [chain('a', [isIn('ip saddr', 'm')])],
      [mapOf('m', 'ipv4_addr', {})],
      /is a map/,
    ],
    [
      'a set used as a map',
      [chain('a', [scratchOf('ip saddr', 's')])],
      [setOf('s', 'ipv4_addr')],
      /no map/,
    ],
    [
      'a dynamic set that is matched',
      [chain('a', [isIn('ip saddr', 'd')])],
      [dynamic('d', 'ipv4_addr')],
      /only counted in/,
    ],
    [
      'a dynamic set that comes filled',
      [],
      [{ ...setOf('d', 'ipv4_addr', '10.0.0.1'), dynamic: { size: 1 } }],
      /not empty/,
    ],
    [
      'counting in an ordinary set',
      [chain('a', [{ kind: 'count-in', field: 'ip saddr', set: 's' }])],
      [setOf('s', 'ipv4_addr')],
      /no dynamic set/,
    ],
    ['an empty rule', [chain('a', [])], [], /a:1 is an empty rule/],
    [
      'a rule that goes on after its verdict',
      [chain('a', [ACCEPT, COUNTER])],
      [],
      /after its verdict/,
    ],
    ['a value of another type', [chain('a', [is('ip saddr', 'fd00::1')])], [], /no IPv4 address/],
    ['a match of no values', [chain('a', [is('ip saddr')])], [], /no values/],
    ['flags without a mask', [chain('a', [is('tcp flags', 'syn')])], [], /without a mask/],
    ['a state with a mask', [chain('a', [isMasked('ct state', 1, 'new')])], [], /with a mask/],
    [
      'a value of more than 32 bits',
      [chain('a', [{ kind: 'scratch', value: 2 ** 32 }])],
      [],
      /32 bits/,
    ],
    [
      'a port of any protocol',
      [chain('a', [is('ct reply proto-src', '80')])],
      [],
      /before the port/,
    ],
    [
      'a port after the protocol of another rule',
      [chain('a', [is('meta l4proto', 'tcp')], [is('ct reply proto-src', '80')])],
      [],
      /before the port/,
    ],
    [
      'a port after a negated protocol',
      [chain('a', [isNot('meta l4proto', 'tcp'), is('ct reply proto-src', '80')])],
      [],
      /before the port/,
    ],
    [
      'a port after a protocol without',
      [chain('a', [is('meta l4proto', 'tcp', 'icmp'), is('ct reply proto-src', '80')])],
      [],
      /before the port/,
    ],
  ];
  test.each(CASES)('%s', (_, chains, sets, message) => {
    expect(() => new Program(table(chains, sets))).toThrow(message);
  });

  test('jumps deeper than the kernel goes', () => {
    const deep = (n: number): Chain[] =>
      Array.from({ length: n + 1 }, (_, i) =>
        i === n ? chain(`c${i}`) : chain(`c${i}`, [jump(`c${i + 1}`)]),
      );
    expect(() => new Program(table(deep(16)))).not.toThrow();
    expect(() => new Program(table(deep(17)))).toThrow('c0 jumps 17 deep');
  });

  const UNKNOWN: readonly (readonly [string, unknown])[] = [
    ['a statement', { kind: 'queue' }],
    ['a part of a statement', { kind: 'limit', rate: 1, burst: 1, unit: 'minute' }],
    [
      'a part of a match',
      { kind: 'match', fields: ['ip saddr'], in: { values: ['10.0.0.1'], operator: '<' } },
    ],
  ];
  test.each(UNKNOWN)('%s that nobody here knows', (_, statement) => {
    const line = { statements: [statement] } as unknown as Line;
    expect(() => new Program(table([{ name: 'a', lines: [line] }]))).toThrow(/unknown|not know/);
  });

  test('a part of a chain, a rule or a set that nobody here knows', () => {
    const more = { extra: 1 };
    expect(() => new Program(table([{ ...chain('a'), ...more }]))).toThrow(/`extra`/);
    expect(() => new Program(table([], [{ ...setOf('s', 'ipv4_addr'), ...more }]))).toThrow(
      /`extra`/,
    );
    expect(() => new Program({ ...table([]), ...more })).toThrow(/`extra`/);
  });
});
