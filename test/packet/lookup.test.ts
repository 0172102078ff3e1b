import { describe, expect, test } from 'vitest';
import type { NamedSet } from '../../src/compile/ruleset/ruleset.ts';
import { Lookup } from './lookup.ts';
import { interval, mapOf, setOf } from './rules.ts';
import { parseRange } from './value-text.ts';

const at = (text: string): bigint => parseRange('ipv4_addr', text).low;

const FOUND: readonly (readonly [string, NamedSet, key: bigint[], found: bigint | undefined])[] = [
  ['an address that is there', setOf('s', 'ipv4_addr', '10.0.0.1'), [at('10.0.0.1')], 0n],
  ['one that is not', setOf('s', 'ipv4_addr', '10.0.0.1'), [at('10.0.0.2')], undefined],
  ['nothing in an empty set', setOf('s', 'ipv4_addr'), [0n], undefined],
  ['the value of a map', mapOf('m', 'ipv4_addr', { '10.0.0.1': '1:2' }), [at('10.0.0.1')], 65_538n],
  ['0 as a value', mapOf('m', 'ipv4_addr', { '10.0.0.1': '0:0' }), [at('10.0.0.1')], 0n],
  ['all parts', setOf('s', 'classid . ipv4_addr', '0:1 . 10.0.0.1'), [1n, at('10.0.0.1')], 0n],
  [
    'not one part',
    setOf('s', 'classid . ipv4_addr', '0:1 . 10.0.0.1'),
    [2n, at('10.0.0.1')],
    undefined,
  ],
  ['the last of a block', interval(setOf('s', 'ipv4_addr', '10.0.0.0/24')), [at('10.0.0.255')], 0n],
  ['not the next', interval(setOf('s', 'ipv4_addr', '10.0.0.0/24')), [at('10.0.1.0')], undefined],
  [
    'a range in a later part',
    interval(
      setOf('s', 'classid . inet_proto . inet_service', '0:1 . tcp . 80-90', '0:2 . tcp . 1'),
    ),
    [1n, 6n, 85n],
    0n,
  ],
  [
    'only its own protocol',
    interval(setOf('s', 'classid . inet_proto . inet_service', '0:1 . tcp . 80-90')),
    [1n, 17n, 85n],
    undefined,
  ],
  [
    'the value of a range among ranges',
    interval(
      mapOf('m', 'ipv4_addr . inet_proto', {
        '0.0.0.0-9.255.255.255 . 0-255': '0:1',
        '10.0.0.0-10.255.255.255 . 0-255': '0:2',
        '11.0.0.0-255.255.255.255 . 0-255': '0:3',
      }),
    ),
    [at('10.9.9.9'), 6n],
    2n,
  ],
];

test.each(FOUND)('a lookup finds %s', (_, set, key, found) => {
  expect(new Lookup(set).find(key)).toBe(found);
});

const REFUSED: readonly (readonly [string, NamedSet, RegExp])[] = [
  ['a range in a plain set', setOf('s', 'ipv4_addr', '10.0.0.0/24'), /needs `flags interval`/],
  ['one key in two spellings', setOf('s', 'ipv4_addr', '10.0.0.1', '10.0.0.1/32'), /twice/],
  [
    'a value in a set',
    { ...mapOf('s', 'ipv4_addr', { '10.0.0.1': '0:1' }), value: undefined! },
    /no values/,
  ],
  [
    'no value in a map',
    { ...setOf('s', 'ipv4_addr', '10.0.0.1'), value: 'classid' },
    /is no classid/,
  ],
  [
    'two blocks that overlap',
    interval(setOf('s', 'ipv4_addr', '10.0.0.0/8', '10.1.0.0/16')),
    /overlap/,
  ],
  [
    'two rectangles that share a corner',
    interval(setOf('s', 'ipv4_addr . inet_service', '10.0.0.0/8 . 80-90', '10.1.0.0/16 . 90-99')),
    /overlap/,
  ],
  [
    'a range that overlaps one before the last',
    interval(setOf('s', 'inet_service', '1-100', '2-2', '50-60')),
    /overlap/,
  ],
  [
    'more elements than the size',
    { ...setOf('s', 'ipv4_addr', '10.0.0.1', '10.0.0.2'), size: 1 },
    /more than its 1/,
  ],
  ['a key of another type', setOf('s', 'ipv4_addr', 'fd00::1'), /element `fd00::1` of s/],
];

test.each(REFUSED)('nft refuses %s', (_, set, message) => {
  expect(() => new Lookup(set)).toThrow(message);
});

describe('intervals side by side', () => {
  const set = interval(
    setOf(
      's',
      'ipv4_addr . inet_service',
      '10.0.0.0/8 . 80',
      '10.0.0.0/8 . 81-90',
      '11.0.0.0/8 . 80',
    ),
  );
  test('do not overlap', () => {
    expect(new Lookup(set).find([at('10.1.1.1'), 81n])).toBe(0n);
    expect(new Lookup(set).find([at('11.1.1.1'), 81n])).toBeUndefined();
  });
});
