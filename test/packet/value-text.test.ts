import { describe, expect, test } from 'vitest';
import { numberOf, parseKey, parseRange } from './value-text.ts';
import type { ValueType } from './value-text.ts';

const READ: readonly (readonly [ValueType, text: string, low: bigint, high?: bigint])[] = [
  ['ipv4_addr', '10.0.0.1', 0x0a00_0001n],
  ['ipv4_addr', '10.0.0.0/8', 0x0a00_0000n, 0x0aff_ffffn],
  ['ipv4_addr', '0.0.0.0/0', 0n, 0xffff_ffffn],
  ['ipv4_addr', '10.0.0.1-10.0.1.0', 0x0a00_0001n, 0x0a00_0100n],
  ['ipv6_addr', 'fe80::/10', 0xfe80n << 112n, (0xfec0n << 112n) - 1n],
  ['ipv6_addr', '::', 0n],
  ['ipv6_addr', '::-::ffff:255.255.255.255', 0n, (1n << 48n) - 1n],
  ['ipv6_addr', '::ffff:10.0.0.1', 0xffff_0a00_0001n],
  ['inet_proto', 'sctp', 132n],
  ['inet_proto', '0-255', 0n, 255n],
  ['inet_service', '80', 80n],
  ['inet_service', '8000-9000', 8000n, 9000n],
  ['classid', '0:1', 1n],
  ['classid', 'a:1f', 0xa_001fn],
  ['classid', 'ffff:ffff', 0xffff_ffffn],
  ['ifname', 'lo', 0x6c6fn << 112n],
  ['ifname', '"lo"', 0x6c6fn << 112n],
  ['ifname', 'l*', 0x6cn << 120n, (0x6dn << 120n) - 1n],
  ['mark', '0x1f', 31n],
  ['mark', '31', 31n],
  ['ct_state', 'untracked', 64n],
  ['tcp_flag', 'syn', 2n],
  ['nf_proto', 'ipv6', 10n],
  ['icmpv6_type', '135', 135n],
  ['fib_addrtype', 'local', 2n],
];

describe('a value', () => {
  for (const [type, text, low, high = low] of READ) {
    test(`${type} ${text}`, () => {
      expect(parseRange(type, text)).toEqual({ low, high });
    });
  }
});

const REFUSED: readonly (readonly [ValueType, text: string])[] = [
  ['ipv4_addr', '10.0.0'],
  ['ipv4_addr', '10.0.0.1/8'],
  ['ipv4_addr', '10.0.0.0/33'],
  ['ipv4_addr', 'fd00::1'],
  ['ipv4_addr', '::ffff:10.0.0.1'],
  ['ipv4_addr', '10.0.0.2-10.0.0.1'],
  ['ipv4_addr', '10.0.0.1-10.0.0.2-10.0.0.3'],
  ['ipv6_addr', '10.0.0.1'],
  ['ipv6_addr', 'fd00::g'],
  ['inet_proto', 'TCP'],
  ['inet_proto', '256'],
  ['inet_service', '65536'],
  ['inet_service', 'http'],
  ['inet_service', '080'],
  ['inet_service', '1-2-3'],
  ['inet_service', '-1'],
  ['classid', '1'],
  ['classid', '10000:0'],
  ['classid', '0:A'],
  ['ifname', ''],
  ['ifname', '*'],
  ['ifname', 'a*b*'],
  ['ifname', 'sixteen-letters-'],
  ['ifname', 'two words'],
  ['mark', '0x100000000'],
  ['ct_state', 'NEW'],
  ['tcp_flag', 'all'],
];

test.each(REFUSED)('%s is not %s', (type, text) => {
  expect(() => parseRange(type, text)).toThrow(SyntaxError);
});

describe('keys', () => {
  test('have a part for each type', () => {
    const key = parseKey(['classid', 'inet_proto', 'inet_service'], '0:2 . tcp . 80-90');
    expect(key).toEqual([
      { low: 2n, high: 2n },
      { low: 6n, high: 6n },
      { low: 80n, high: 90n },
    ]);
  });

  test.each(['0:2 . tcp', '0:2 . tcp . 80 . 81', '0:2.tcp.80'])('not `%s`', (text) => {
    expect(() => parseKey(['classid', 'inet_proto', 'inet_service'], text)).toThrow(/parts/);
  });
});

test('a name that nft has not is no number', () => {
  expect(() => numberOf('ct_state', 'snat')).toThrow('`snat` is no ct_state');
});
