import { describe, expect, test } from 'vitest';
import type { Statement } from '../../src/compile/ruleset/ruleset.ts';
import { WAY, forwarded } from './forwarded.ts';
import type { Case } from './forwarded.ts';
import { echo, firstPacket } from './packet.ts';
import {
  ACCEPT,
  DROP,
  RETURN,
  chain,
  goTo,
  interval,
  is,
  isIn,
  isMasked,
  isNot,
  isNotIn,
  jump,
  mapOf,
  scratchOf,
  setOf,
} from './rules.ts';

const SYN_80 = firstPacket(WAY, 'TCP', 40_000, 80);
const PING = firstPacket(WAY, 'other', 7, 0);
const LIMIT: Statement = { kind: 'limit', rate: 10, burst: 20 };
const COUNTER: Statement = { kind: 'counter' };
const LOG: Statement = { kind: 'log', prefix: 'x', group: 5150, snaplen: 96 };

describe('a TCP packet 10.0.0.1 → 10.0.0.2 port 80', () => {
  const CASES: readonly Case[] = [
    ['is accepted by the policy', [], 'accept'],
    ['is dropped by a rule without a match', [[DROP]], 'drop'],
    ['is decided by the first verdict', [[ACCEPT], [DROP]], 'accept'],
    [
      'passes counters and logs',
      [
        [COUNTER, LIMIT, LOG],
        [COUNTER, DROP],
      ],
      'drop',
    ],
    ['leaves a rule at the first match that fails', [[is('meta nfproto', 'ipv6'), DROP]], 'accept'],
    ['is matched by one of several values', [[is('meta l4proto', 'udp', 'tcp'), DROP]], 'drop'],
    ['is matched by a number', [[is('meta l4proto', '6'), DROP]], 'drop'],
    ['is matched by a block', [[is('ip saddr', '10.0.0.0/30'), DROP]], 'drop'],
    ['is matched by a range', [[is('ip daddr', '10.0.0.2-10.0.0.9'), DROP]], 'drop'],
    ['is not matched by the negation', [[isNot('ip saddr', '10.0.0.0/30'), DROP]], 'accept'],
    ['is matched by the negation of others', [[isNot('ip daddr', '10.0.0.1'), DROP]], 'drop'],
    ['has no IPv6 address', [[isNot('ip6 saddr', 'fd00::/8'), DROP]], 'accept'],
    ['is no ICMPv6', [[isNot('icmpv6 type', '1'), DROP]], 'accept'],
    ['came by a link', [[is('iifname', 'slp-*'), DROP]], 'drop'],
    ['came by no other link', [[is('iifname', 'slp'), DROP]], 'accept'],
    ['comes from a local address', [[is('fib saddr type', 'local'), DROP]], 'drop'],
    ['has SYN alone', [[isMasked('tcp flags', 0x17, 'syn'), DROP]], 'drop'],
    ['has not SYN and ACK', [[isMasked('tcp flags', 0x17, 'syn|ack'), DROP]], 'accept'],
    ['is new', [[is('ct state', 'new'), DROP]], 'drop'],
    ['goes the way its client sends', [[is('ct direction', 'original'), DROP]], 'drop'],
    ['does not come back', [[is('ct direction', 'reply'), DROP]], 'accept'],
    ['is nothing else', [[is('ct state', 'established', 'related', 'invalid'), DROP]], 'accept'],
    [
      'has its client in the original tuple',
      [[is('ct original ip saddr', '10.0.0.1'), DROP]],
      'drop',
    ],
    ['has its server in the reply tuple', [[is('ct reply ip saddr', '10.0.0.2'), DROP]], 'drop'],
    ['has no IPv6 client', [[isNot('ct original ip6 saddr', 'fd00::'), DROP]], 'accept'],
    [
      'has the port of its server in the reply tuple',
      [[is('meta l4proto', 'tcp'), is('ct reply proto-src', '80'), DROP]],
      'drop',
    ],
    ['has the mark 0', [[isMasked('ct mark', 0xffff, '0x0'), DROP]], 'drop'],
    [
      'keeps the other half of its mark',
      [
        [{ kind: 'mark', keep: 0, value: 0xaaaa_0001 }],
        [{ kind: 'mark', keep: 0xffff_0000, value: 7 }],
        [is('ct mark', '0xaaaa0007'), DROP],
      ],
      'drop',
    ],
    [
      'has a scratch register',
      [[{ kind: 'scratch', value: 65_538 }], [is('meta priority', '1:2'), DROP]],
      'drop',
    ],
    [
      'finds itself in a set',
      [[isIn('ip saddr . ip daddr', 's'), DROP]],
      'drop',
      [],
      [setOf('s', 'ipv4_addr . ipv4_addr', '10.0.0.1 . 10.0.0.2')],
    ],
    [
      'is not out of that set',
      [[isNotIn('ip saddr', 's'), DROP]],
      'accept',
      [],
      [setOf('s', 'ipv4_addr', '10.0.0.1')],
    ],
    [
      'is out of an empty set',
      [[isNotIn('ip saddr', 's'), DROP]],
      'drop',
      [],
      [setOf('s', 'ipv4_addr')],
    ],
    [
      'is not out of a set of the other family',
      [[isNotIn('ip6 saddr', 's'), DROP]],
      'accept',
      [],
      [setOf('s', 'ipv6_addr')],
    ],
    [
      'finds its port in a range of its protocol',
      [[is('meta l4proto', 'tcp', 'udp'), isIn('meta l4proto . ct reply proto-src', 's'), DROP]],
      'drop',
      [],
      [interval(setOf('s', 'inet_proto . inet_service', 'tcp . 79-81', 'udp . 53'))],
    ],
    [
      'carries a value from a map to a set',
      [[scratchOf('ip saddr', 'm')], [isIn('meta priority . ip daddr', 's'), DROP]],
      'drop',
      [],
      [
        mapOf('m', 'ipv4_addr', { '10.0.0.1': '0:5' }),
        setOf('s', 'classid . ipv4_addr', '0:5 . 10.0.0.2'),
      ],
    ],
    [
      'leaves a rule at a key that is not in the map',
      [[scratchOf('ip saddr', 'm'), DROP]],
      'accept',
      [],
      [mapOf('m', 'ipv4_addr', {})],
    ],
    [
      'takes the next rule then',
      [[scratchOf('ip saddr', 'm'), ACCEPT], [DROP]],
      'drop',
      [],
      [mapOf('m', 'ipv4_addr', {})],
    ],
    ['comes back from a jump', [[jump('a')], [DROP]], 'drop', [chain('a', [COUNTER])]],
    ['comes back by return', [[jump('a')], [DROP]], 'drop', [chain('a', [RETURN], [ACCEPT])]],
    ['does not come back from goto', [[goTo('a')], [DROP]], 'accept', [chain('a', [COUNTER])]],
    [
      'comes back from goto to the last jump',
      [[jump('a')], [DROP]],
      'drop',
      [chain('a', [goTo('b')], [ACCEPT]), chain('b', [RETURN])],
    ],
    [
      'comes back from the end of what goto led to',
      [[jump('a')], [DROP]],
      'drop',
      [chain('a', [goTo('b')], [ACCEPT]), chain('b', [COUNTER])],
    ],
    [
      'is dropped below jumps',
      [[jump('a')]],
      'drop',
      [chain('a', [jump('b')], [ACCEPT]), chain('b', [DROP])],
    ],
    ['returns to the policy', [[RETURN], [DROP]], 'accept'],
  ];
  for (const [title, rules, verdict, more, sets] of CASES) {
    test(title, () => {
      expect(forwarded(SYN_80, rules, more, sets).verdict).toBe(verdict);
    });
  }
});

test('a rule that fails leaves the register alone; one that finds its key does not', () => {
  const map = mapOf('m', 'ipv4_addr', { '10.0.0.1': '0:5' });
  const rules = [
    [scratchOf('ip daddr', 'm'), DROP],
    [is('meta priority', '0:63')],
    [scratchOf('ip saddr', 'm')],
  ];
  expect(forwarded(SYN_80, rules, [], [map]).skb.priority).toBe(5n);
  expect(forwarded(SYN_80, rules.slice(0, 2), [], [map]).skb.priority).toBe(99n);
});

test('the trace tells the line of each chain that led on', () => {
  const chains = [
    chain('a', [is('meta nfproto', 'ipv6'), ACCEPT], [goTo('b')]),
    chain('b', [DROP]),
  ];
  expect(forwarded(SYN_80, [[COUNTER], [jump('a')]], chains).trace).toEqual([
    'forward0:2 jump a',
    'a:2 goto b',
    'b:1 drop',
  ]);
  expect(forwarded(SYN_80, [[COUNTER]]).trace).toEqual(['forward0 policy accept']);
});

test('a field that nobody here knows throws when a packet comes', () => {
  const rules = [
    [
      is('meta nfproto', 'ipv4'),
      { kind: 'match', fields: ['ip ttl'], in: { values: ['1'] } } as unknown as Statement,
    ],
  ];
  expect(() => forwarded(PING, rules)).toThrow();
});

test('an echo has neither ports nor flags', () => {
  const rules = [
    [is('meta l4proto', 'tcp', 'udp', 'sctp'), DROP],
    [isMasked('tcp flags', 0xff, 'syn'), DROP],
  ];
  expect(forwarded(echo(WAY, 'request', 1), rules).verdict).toBe('accept');
});
