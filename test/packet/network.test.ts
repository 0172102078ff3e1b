import { describe, expect, test } from 'vitest';
import type { Chain, Ruleset, Statement } from '../../src/compile/ruleset/ruleset.ts';
import { parseAddress } from '../../src/model/address.ts';
import type { Address } from '../../src/model/address.ts';
import { converse } from './conversation.ts';
import type { Nat } from './nat.ts';
import { servicesNat } from './nat.ts';
import { Network } from './network.ts';
import { NodeStack } from './node-stack.ts';
import { TCP, UDP, firstPacket, unreachable } from './packet.ts';
import type { Way } from './packet.ts';
import { ACCEPT, DROP, baseChain, is, isNot, table } from './rules.ts';

const at = (text: string): Address => parseAddress(text)!;
const way = (from: string, to: string): Way => ({
  family: at(from).family,
  source: at(from).value,
  destination: at(to).value,
});

/** Pods a and b on node n1, c on n2, in both families; each node with the same chains and NAT. */
function network(chains: Chain[] = [], nat: Nat = {}, own: Partial<Record<string, Ruleset>> = {}) {
  const nodes = ['n1', 'n2'].map(
    (name, i) =>
      new NodeStack({
        name,
        addresses: [at(`192.0.2.${i + 1}`), at(`2001:db8::${i + 1}`)],
        ruleset: own[name] ?? table(chains),
        nat,
      }),
  );
  const made = new Network(nodes);
  made.addPod([at('10.0.1.1'), at('fd00:1::1')], 'n1', 'slp-a');
  made.addPod([at('10.0.1.2'), at('fd00:1::2')], 'n1', 'slp-b');
  made.addPod([at('10.0.2.1'), at('fd00:2::1')], 'n2', 'slp-c');
  return made;
}

const seen = (hook: 'forward' | 'postrouting' | 'input' | 'output' | 'prerouting'): Chain =>
  baseChain(hook, -50, [{ kind: 'counter' }, ACCEPT]);
const ALL = (['prerouting', 'input', 'forward', 'output', 'postrouting'] as const).map(seen);

const WAYS: readonly (readonly [string, from: string, to: string, hooks: string[]])[] = [
  [
    'pod to pod of the node',
    '10.0.1.1',
    '10.0.1.2',
    ['n1 prerouting', 'n1 forward', 'n1 postrouting'],
  ],
  [
    'pod to pod of another node',
    'fd00:1::1',
    'fd00:2::1',
    [
      'n1 prerouting',
      'n1 forward',
      'n1 postrouting',
      'n2 prerouting',
      'n2 forward',
      'n2 postrouting',
    ],
  ],
  ['pod to its node', '10.0.1.1', '192.0.2.1', ['n1 prerouting', 'n1 input']],
  ['node to its pod', '192.0.2.1', '10.0.1.1', ['n1 output', 'n1 postrouting']],
  [
    'node to itself',
    '192.0.2.1',
    '192.0.2.1',
    ['n1 output', 'n1 postrouting', 'n1 prerouting', 'n1 input'],
  ],
  [
    'pod to the outside',
    '10.0.1.1',
    '203.0.113.7',
    ['n1 prerouting', 'n1 forward', 'n1 postrouting'],
  ],
  ['outside to pod', '203.0.113.7', '10.0.2.1', ['n2 prerouting', 'n2 forward', 'n2 postrouting']],
  ['outside to the outside', '203.0.113.7', '203.0.113.8', []],
];

describe('a packet passes the hooks of', () => {
  test.each(WAYS)('%s', (_, from, to, hooks) => {
    const made = network(ALL);
    const first = firstPacket(way(from, to), 'UDP', 1, 2);
    const delivery = made.send(first, made.holderOf(at(from)));
    expect(delivery.trace.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(hooks);
    expect(delivery.arrived).toBe(true);
  });
});

test.each(['TCP', 'UDP', 'SCTP', 'other'] as const)(
  '%s is answered without any rule',
  (protocol) => {
    for (const [from, to] of [
      ['10.0.1.1', '10.0.2.1'],
      ['fd00:1::1', 'fd00:2::1'],
    ] as const) {
      expect(converse(network(), way(from, to), protocol, 80).open().lost).toBeUndefined();
    }
  },
);

describe('what is dropped', () => {
  const drops = (...statements: Statement[]): Chain[] => [
    baseChain('postrouting', 95, [...statements, DROP]),
  ];
  const LOST: readonly (readonly [string, Chain[], string])[] = [
    ['the first packet', drops(is('ct state', 'new')), 'first'],
    ['the answer', drops(is('ip saddr', '10.0.2.1')), 'answer'],
    [
      'what comes after the answer',
      drops(isNot('ct state', 'new'), is('ip saddr', '10.0.1.1')),
      'client data',
    ],
  ];
  test.each(LOST)('%s', (_, chains, lost) => {
    const exchange = converse(network(chains), way('10.0.1.1', '10.0.2.1'), 'TCP', 80).open();
    expect(exchange.lost).toBe(lost);
    expect(exchange.trace.at(-1)).toMatch(/n[12] postrouting postrouting95:1 drop/);
  });
});

test('marks are kept by each node for itself', () => {
  const stamps = table([
    baseChain(
      'postrouting',
      95,
      [is('ct mark', '7'), { kind: 'counter' }, ACCEPT],
      [{ kind: 'mark', keep: 0, value: 7 }],
    ),
  ]);
  const made = network([], {}, { n1: stamps });
  expect(converse(made, way('10.0.1.1', '10.0.2.1'), 'TCP', 80).open().trace).toContain(
    'n1 postrouting postrouting95:1 accept',
  );
  expect(
    made
      .node('n1')
      .conntrack.entries()
      .map(({ mark }) => mark),
  ).toEqual([7]);
  expect(
    made
      .node('n2')
      .conntrack.entries()
      .map(({ mark }) => mark),
  ).toEqual([0]);
});

describe('a Service', () => {
  const backend = { address: at('10.0.1.1').value, port: 8080 };
  const rule = {
    family: 4,
    protocol: TCP,
    at: { address: at('10.96.0.1').value, port: 80 },
    backend,
  } as const;
  const nat = servicesNat([rule, { ...rule, protocol: UDP }], [at('192.0.2.1')]);

  test('is rewritten before the rules and back after them', () => {
    const rules = baseChain(
      'postrouting',
      95,
      [
        is('ip saddr', '10.0.1.2'),
        is('ip daddr', '10.0.1.1'),
        is('meta l4proto', 'tcp'),
        is('ct reply proto-src', '8080'),
        ACCEPT,
      ],
      [
        is('ip saddr', '10.0.1.1'),
        is('ip daddr', '10.0.1.2'),
        is('ct reply ip saddr', '10.0.1.1'),
        ACCEPT,
      ],
      [DROP],
    );
    expect(
      converse(network([rules], nat), way('10.0.1.2', '10.96.0.1'), 'TCP', 80).open().lost,
    ).toBeUndefined();
  });

  test('of the pod itself is masqueraded after the rules', () => {
    const rules = baseChain(
      'postrouting',
      95,
      [
        is('ip saddr', '10.0.1.1'),
        is('ip daddr', '10.0.1.1'),
        is('ct original ip saddr', '10.0.1.1'),
        ACCEPT,
      ],
      [DROP],
    );
    const one = converse(network([rules], nat), way('10.0.1.1', '10.96.0.1'), 'TCP', 80);
    expect(one.open().lost).toBeUndefined();
    expect(one.heard).toMatchObject({ source: at('192.0.2.1').value, destinationPort: 8080 });
  });

  test('called by a node answers it under its own address, late in the input hook', () => {
    const rules = baseChain('input', 101, [is('ip saddr', '10.96.0.1'), ACCEPT], [DROP]);
    const early = baseChain('input', 99, [is('ip saddr', '10.0.1.1'), ACCEPT], [DROP]);
    const made = network([rules, early], nat);
    expect(converse(made, way('192.0.2.1', '10.96.0.1'), 'TCP', 80).open().lost).toBeUndefined();
  });

  test('whose backend is away sends errors that look like its own', () => {
    const made = network([], nat);
    const one = converse(made, way('10.0.1.2', '10.96.0.1'), 'UDP', 80);
    expect(one.sendFirst().lost).toBeUndefined();
    const error = unreachable(at('10.0.1.1').value, one.heard);
    const delivery = made.send(error, made.holderOf(at('10.0.1.1')));
    if (!delivery.arrived) throw new Error('no rule drops it');
    expect(delivery.packet).toMatchObject({
      source: at('10.96.0.1').value,
      destination: at('10.0.1.2').value,
      quoted: { destination: at('10.96.0.1').value, destinationPort: 80 },
    });
  });
});

test('conntrack and NAT may not share their priority with a chain', () => {
  const made = network([baseChain('prerouting', -200, [ACCEPT])]);
  expect(() => converse(made, way('10.0.1.1', '10.0.1.2'), 'UDP', 1).open()).toThrow(/priority/);
});

test('before conntrack there is no connection', () => {
  const made = network([baseChain('prerouting', -310, [is('ct state', 'invalid'), DROP])]);
  expect(converse(made, way('10.0.1.1', '10.0.1.2'), 'UDP', 1).open().lost).toBe('first');
});
