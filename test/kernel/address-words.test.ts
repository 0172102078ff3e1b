import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkAddresses } from '../../src/kernel/nft/address-words.ts';
import { formatAddress } from '../../src/model/address.ts';
import { SEED } from '../generators/seed.ts';

describe('words with a dot in them', () => {
  const four = fc
    .nat({ max: 0xffff_ffff })
    .map((n) => formatAddress({ family: 4, value: BigInt(n) }));
  const six = fc
    .bigInt({ min: 0n, max: (1n << 128n) - 1n })
    .map((value) => formatAddress({ family: 6, value }));
  const written = fc.oneof(
    four,
    six,
    fc.tuple(four, four).map(([low, high]) => `${low}-${high}`),
    fc.tuple(six, six).map(([low, high]) => `${low}-${high}`),
    fc.tuple(four, fc.nat({ max: 32 })).map(([low, prefix]) => `${low}/${prefix}`),
    four.map((mapped) => `::ffff:${mapped}`),
    fc.tuple(four, fc.nat({ max: 65_535 })).map(([server, port]) => `dnat ip to ${server}:${port}`),
    fc.constantFrom(
      '0:2',
      'tcp',
      '80-90',
      '"eth0.100"',
      'ct original ip saddr',
      'log prefix "a.b c"',
      'drop # as in docs/a.md\n',
    ),
  );

  test('are let through when they are addresses, wherever they stand', () => {
    fc.assert(
      fc.property(
        fc.array(written),
        fc.constantFrom(' . ', ', ', ' : ', '\n', ','),
        (words, between) => {
          checkAddresses(`add element inet t s { ${words.join(between)} }`);
        },
      ),
      { seed: SEED, numRuns: 1000 },
    );
  });

  test.each([
    'example.com',
    'add element inet t s { kubernetes.default.svc }',
    '{10.0.0.1,example.com}',
    '{ 10.0.0.1 . db.shop }',
    'ip saddr 10.0.0.256 drop',
    'ip saddr 10.0.1 drop',
    'ip saddr 010.0.0.1 drop',
    'ip saddr 10.0.0.1.2 drop',
    '{ 10.0.0.1-db.shop }',
    '{ 10.0.0.0/8.5 }',
    '{ fe80::1.local }',
    'end.',
    '.begin',
    '"quoted" db.shop',
  ])('are refused when they are not: %s', (commands) => {
    expect(() => checkAddresses(commands)).toThrow(/is not an address, and host names/);
  });
});
