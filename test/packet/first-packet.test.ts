import { describe, expect, test } from 'vitest';
import type { Chain, Ruleset } from '../../src/compile/ruleset/ruleset.ts';
import { NodeCompiler } from '../../src/compile/transaction/compiler.ts';
import { FAMILIES } from '../../src/model/address.ts';
import type { Family } from '../../src/model/address.ts';
import type { Entry, Tracking } from './conntrack.ts';
import type { Setting, Skb } from './field.ts';
import { ACK, FIN, RST, SYN, echo, firstPacket, unknownProtocol } from './packet.ts';
import type { Packet, Way } from './packet.ts';
import { Program } from './program.ts';
import {
  addressOf,
  egress,
  ingress,
  onPort,
  podCidrs,
  pods,
  smallCluster,
  way,
} from './small-cluster.ts';
import type { Name } from './small-cluster.ts';
import { walk } from './walk.ts';

/** How many rules of `judge_post` are only there so that the first packets of TCP connections get on. */
const SHORT_CUTS = 2;

/** Some pods are isolated, some are not, and the tiers speak of some. */
const CLUSTERS: Readonly<Record<string, readonly object[]>> = {
  'no policies': [],
  NetworkPolicies: [
    ingress('a', { from: [pods('c')], ports: onPort(80) }),
    egress('b', { to: [pods('c')] }),
  ],
  'cluster policies, too': [
    ingress('a', { from: [pods('c')], ports: onPort(80) }),
    {
      apiVersion: 'policy.networking.k8s.io/v1alpha2',
      kind: 'ClusterNetworkPolicy',
      metadata: { name: 'no-d' },
      spec: {
        tier: 'Admin',
        priority: 1,
        subject: { namespaces: {} },
        ingress: [
          { action: 'Deny', from: [{ pods: { podSelector: { matchLabels: { app: 'd' } } } }] },
        ],
      },
    },
  ],
};

const WAYS: readonly (readonly [from: Name, to: Name])[] = [
  ['c', 'a'],
  ['d', 'a'],
  ['a', 'c'],
  ['b', 'd'],
  ['d', 'b'],
  ['n1', 'a'],
  ['outside', 'b'],
  ['stranger', 'c'],
  ['c', 'stranger'],
];

function packetsOf(own: Way): Packet[] {
  const tcp = firstPacket(own, 'TCP', 40_000, 80);
  const flags = Array.from({ length: 32 }, (_, tcpFlags) => ({ ...tcp, tcpFlags }));
  return [
    ...flags,
    ...(['UDP', 'SCTP'] as const).map((protocol) => firstPacket(own, protocol, 40_000, 80)),
    echo(own, 'request', 7),
    echo(own, 'reply', 7),
    unknownProtocol(own),
  ];
}

/** Whatever conntrack may say of a packet, whether or not it is one that conntrack would say it of. */
function trackingsOf(packet: Packet, mark: number): Tracking[] {
  const { family, protocol, source, sourcePort, destination, destinationPort } = packet;
  const original = { family, protocol, source, sourcePort, destination, destinationPort };
  const reply = {
    family,
    protocol,
    source: destination,
    sourcePort: destinationPort,
    destination: source,
    destinationPort: sourcePort,
  };
  const entry = (client: Entry['original'], server: Entry['reply']): Entry => ({
    original: client,
    reply: server,
    mark,
    answered: false,
    confirmed: false,
    rewritesSource: false,
    rewritesDestination: false,
  });
  return [
    { state: 'invalid' },
    { state: 'untracked' },
    ...(['new', 'established', 'related'] as const).flatMap((state): Tracking[] => [
      { state, entry: entry(original, reply), direction: 'original' },
      { state, entry: entry(reply, original), direction: 'reply' },
    ]),
  ];
}

/** What becomes of a packet that leaves by way of a node, and of its connection. */
function fateOf(program: Program, packet: Packet, tracking: Tracking, family: Family): object {
  const skb: Skb = { packet, link: undefined, priority: 99n, tracking: structuredClone(tracking) };
  const local = addressOf('n1', family).value;
  const setting: Setting = { hook: 'postrouting', isLocal: (_, address) => address === local };
  const { verdict, trace } = walk(program.at('postrouting')[0]!, skb, setting);
  const mark = 'entry' in skb.tracking! ? skb.tracking.entry.mark : undefined;
  // nobody sees what a packet that is dropped had in its registers
  const priority = verdict === 'drop' ? undefined : skb.priority;
  return { verdict, mark, priority, last: trace.at(-1) };
}

function withoutShortCuts(ruleset: Ruleset): Ruleset {
  const shorter = (chain: Chain): Chain =>
    chain.name === 'judge_post' ? { ...chain, lines: chain.lines.slice(SHORT_CUTS) } : chain;
  return { ...ruleset, chains: ruleset.chains.map(shorter) };
}

describe.each(Object.entries(CLUSTERS))('with %s', (_, policies) => {
  const options = { name: 'n1', podCidrs: podCidrs('n1') };
  const compiler = new NodeCompiler(options, { epoch: 1, generation: 0 });
  compiler.load(smallCluster(policies));
  const ruleset = compiler.ruleset();
  const [program, plain] = [new Program(ruleset), new Program(withoutShortCuts(ruleset))];

  test.each(FAMILIES)('no packet of IPv%d fares otherwise for the short cuts', (family) => {
    for (const [from, to] of WAYS) {
      for (const packet of packetsOf(way(from, to, family))) {
        for (const mark of [0, 0xabcd_0001, 0xabcd_0000 + compiler.generation]) {
          for (const tracking of trackingsOf(packet, mark)) {
            const question = `${from} → ${to}, ${packet.protocol} ${packet.tcpFlags}, ${tracking.state}`;
            const fate = fateOf(program, packet, tracking, family);
            expect(fate, question).toEqual(fateOf(plain, packet, tracking, family));
          }
        }
      }
    }
  });

  test.each(FAMILIES)('they are for a new TCP connection that begins, over IPv%d', (family) => {
    const syn = firstPacket(way('c', 'b', family), 'TCP', 40_000, 80);
    const takesIt = (packet: Packet, state: Tracking['state']): boolean => {
      const tracking = trackingsOf(packet, 0).find((one) => one.state === state)!;
      const skb: Skb = { packet, link: undefined, priority: 0n, tracking };
      const { trace } = walk(program.at('postrouting')[0]!, skb, {
        hook: 'postrouting',
        isLocal: () => false,
      });
      const short = Array.from({ length: SHORT_CUTS }, (__, i) => `judge_post:${i + 1} goto`);
      return trace.some((line) => short.some((own) => line.startsWith(own)));
    };
    expect(takesIt(syn, 'new')).toBe(true);
    for (const state of ['established', 'related', 'invalid', 'untracked'] as const) {
      expect(takesIt(syn, state), state).toBe(false);
    }
    for (const tcpFlags of [0, ACK, SYN | ACK, FIN, RST, SYN | RST, SYN | FIN]) {
      expect(takesIt({ ...syn, tcpFlags }, 'new'), `${tcpFlags}`).toBe(false);
    }
    expect(takesIt(firstPacket(way('c', 'b', family), 'UDP', 1, 2), 'new')).toBe(false);
  });
});
