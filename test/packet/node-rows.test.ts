import { FAMILIES } from '../../src/model/address.ts';
import { WITH_PORTS, testRows } from './row.ts';
import type { Row } from './row.ts';
import { addressOf, egress, hosts, ingress, onPort, podCidrs, pods } from './small-cluster.ts';

const ROWS: readonly Row[] = [
  ...[true, false].map((checksSources): Row => ({
    title: `L1 an address no pod is known to have is closed, sources ${checksSources ? '' : 'not '}checked`,
    policies: [],
    options: { podCidrs, checksSources },
    connections: [
      ['stranger', 'b', 'is dropped'],
      ['stranger', 'c', 'is dropped'],
      ['stranger', 'outside', 'is dropped'],
      ['stranger', 'n1', 'is dropped'],
      ['a', 'stranger', 'is dropped'],
      ['c', 'stranger', 'is dropped'],
      ['n2', 'stranger', 'is dropped'],
      ['outside', 'stranger', 'is dropped'],
      ['a', 'b', 'passes'],
      ['outside', 'd', 'passes'],
    ],
  })),
  ...[true, false].map((checksSources): Row => ({
    title: `L1 but for its own node, sources ${checksSources ? '' : 'not '}checked`,
    policies: [],
    options: { podCidrs, checksSources },
    connections: [['n1', 'stranger', 'passes']],
  })),
  {
    title: 'L5 a reply needs no rule of its own, on either node',
    policies: [
      ingress('a'),
      egress('a', { to: [pods('c')] }),
      ingress('c', { from: [pods('a')] }),
      egress('c'),
    ],
    connections: [
      ['a', 'c', 'passes'],
      ['c', 'a', 'is dropped'],
    ],
  },
  {
    title: 'N1 traffic from the own node always passes',
    policies: [ingress('a'), egress('a'), ingress('c')],
    connections: [
      ['n1', 'a', 'passes'],
      ['n2', 'c', 'passes'],
      ['n1', 'b', 'passes'],
    ],
  },
  {
    title: 'N1 also from an address of the node that lies among those of its pods',
    policies: [ingress('a'), egress('a'), ingress('c', { from: hosts('bridge') }), egress('b')],
    options: {
      podCidrs,
      moreAddresses: (node) =>
        node === 'n1' ? FAMILIES.map((family) => addressOf('bridge', family)) : [],
    },
    connections: [
      ['bridge', 'a', 'passes'],
      ['bridge', 'c', 'passes'],
      ['bridge', 'd', 'passes'],
      ['bridge', 'stranger', 'passes'],
      ['c', 'bridge', 'passes'],
      ['b', 'bridge', 'is dropped'],
    ],
  },
  {
    title: 'N2 another node is an ordinary address',
    policies: [ingress('a'), ingress('c', { from: hosts('n1') })],
    connections: [
      ['n2', 'a', 'is dropped'],
      ['n1', 'c', 'passes'],
      ['outside', 'c', 'is dropped'],
    ],
  },
  {
    title: 'N3 egress to the own node is policed',
    policies: [egress('a'), egress('b', { to: hosts('n1'), ports: onPort(53) }), ingress('c')],
    protocols: WITH_PORTS,
    connections: [
      ['a', 'n1', 'is dropped', 53],
      ['b', 'n1', 'passes', 53],
      ['b', 'n1', 'is dropped', 54],
      ['b', 'n2', 'is dropped', 53],
      ['c', 'n2', 'passes'],
      ['c', 'n1', 'passes'],
    ],
  },
  {
    title: 'N3 unless egress to the own node is let be',
    policies: [egress('a'), egress('b', { to: hosts('n1'), ports: onPort(53) })],
    options: { allowEgressToLocalNode: true },
    connections: [
      ['a', 'n1', 'passes'],
      ['b', 'n1', 'passes', 54],
      ['a', 'n2', 'is dropped'],
    ],
  },
  {
    title: 'P17 what has no ports passes by a rule without ports, and an answer always',
    policies: [ingress('a', { from: [pods('c')] }, { ports: onPort(80) })],
    protocols: ['other'],
    connections: [
      ['c', 'a', 'passes'],
      ['d', 'a', 'is dropped'],
      ['a', 'd', 'passes'],
    ],
  },
];

testRows(ROWS);
