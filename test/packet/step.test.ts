import { describe, expect, test } from 'vitest';
import type { Statement } from '../../src/compile/ruleset/ruleset.ts';
import { ConntrackTable } from './conntrack.ts';
import { WAY, WAY6, forwarded } from './forwarded.ts';
import type { Case } from './forwarded.ts';
import { firstPacket, icmp6, unreachable } from './packet.ts';
import { DROP, dynamic, is, isNot, isNotIn, mapOf, scratchOf, setOf } from './rules.ts';

const SYN_80 = firstPacket(WAY, 'TCP', 40_000, 80);
const UDP_53 = firstPacket(WAY6, 'UDP', 40_000, 53);
const LIMIT: Statement = { kind: 'limit', rate: 10, burst: 20 };
const LOG: Statement = { kind: 'log', prefix: 'x', group: 5150, snaplen: 96 };

describe('a packet without a connection', () => {
  const CASES: readonly Case[] = [
    ['is untracked', [[is('ct state', 'untracked'), DROP]], 'drop'],
    ['is not new, and that can be said', [[isNot('ct state', 'new'), DROP]], 'drop'],
    ['has no mark, not even another', [[isNot('ct mark', '0x7'), DROP]], 'accept'],
    ['has no direction', [[isNot('ct direction', 'reply'), DROP]], 'accept'],
    ['cannot be marked', [[{ kind: 'mark', keep: 0, value: 1 }, DROP]], 'accept'],
    ['has no client', [[isNot('ct original ip6 saddr', 'fd00::9'), DROP]], 'accept'],
    ['has no server', [[isNot('ct reply ip6 saddr', 'fd00::9'), DROP]], 'accept'],
    [
      'is in no set by its tuple',
      [[isNotIn('ct reply ip6 saddr', 's'), DROP]],
      'accept',
      [],
      [setOf('s', 'ipv6_addr')],
    ],
    [
      'leads to nothing in a map',
      [[scratchOf('ct original ip6 saddr', 'm'), DROP]],
      'accept',
      [],
      [mapOf('m', 'ipv6_addr', { 'fd00::': '0:1' })],
    ],
    ['still has its headers', [[is('icmpv6 type', '135'), DROP]], 'drop'],
  ];
  for (const [title, rules, verdict, more, sets] of CASES) {
    test(title, () => {
      expect(forwarded(icmp6(WAY6, 135), rules, more, sets).verdict).toBe(verdict);
    });
  }
});

test('an ICMP error has the tuple and the mark of what it is about', () => {
  const conntrack = new ConntrackTable();
  const tracking = conntrack.track(UDP_53);
  if (!('entry' in tracking)) throw new Error('the datagram begins a connection');
  tracking.entry.mark = 5;
  conntrack.confirm(tracking.entry);
  const error = unreachable((0xfd00n << 112n) + 9n, UDP_53);
  const rules = [
    [
      is('ct state', 'related'),
      is('meta l4proto', 'ipv6-icmp'),
      is('ct original ip6 saddr', 'fd00::'),
      is('ct reply ip6 saddr', 'fd00::1'),
      is('ct mark', '5'),
      DROP,
    ],
  ];
  expect(forwarded(error, rules, [], [], { tracking: conntrack.track(error) }).verdict).toBe(
    'drop',
  );
});

describe('a node under attack', () => {
  const counts: Statement = { kind: 'count-in', field: 'ip saddr', set: 'd' };
  const sets = [dynamic('d', 'ipv4_addr')];
  test('has spent its limits: a rule ends there', () => {
    const rules = [[LIMIT, LOG, DROP]];
    expect(forwarded(SYN_80, rules).verdict).toBe('drop');
    expect(forwarded(SYN_80, rules, [], [], { strained: true }).verdict).toBe('accept');
  });
  test('has filled its dynamic sets: a rule ends there too', () => {
    const rules = [[counts, DROP]];
    expect(forwarded(SYN_80, rules, [], sets).verdict).toBe('drop');
    expect(forwarded(SYN_80, rules, [], sets, { strained: true }).verdict).toBe('accept');
  });
  test('counts exactly until then', () => {
    const { program } = forwarded(SYN_80, [[counts], [counts]], [], sets);
    expect(program.counted('d', WAY.source)).toBe(2);
    expect(program.counted('d', WAY.destination)).toBe(0);
    expect(() => program.counted('other', 0n)).toThrow('there is no dynamic set `other`');
  });
});
