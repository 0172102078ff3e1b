import { FAMILIES } from '../../src/model/address.ts';
import { servicesNat } from './nat.ts';
import type { Nat } from './nat.ts';
import { SCTP, TCP, UDP } from './packet.ts';
import type { Packet } from './packet.ts';
import { WITH_PORTS, testRows } from './row.ts';
import type { Row } from './row.ts';
import { addressOf, egress, hosts, ingress, onPort, pods } from './small-cluster.ts';
import type { Name } from './small-cluster.ts';

/** Port 80 of a Service is port 8080 of pod a, and so is port 30080 of each node. */
function services(node: string): Nat {
  const rules = FAMILIES.flatMap((family) =>
    [TCP, UDP, SCTP].flatMap((protocol) => {
      const backend = { address: addressOf('a', family).value, port: 8080 };
      const own = { address: addressOf(node as Name, family).value, port: 30_080 };
      const service = { address: addressOf('service', family).value, port: 80 };
      return [own, service].map((at) => ({ family, protocol, at, backend }));
    }),
  );
  const addresses = FAMILIES.map((family) => addressOf(node as Name, family));
  return servicesNat(rules, addresses, ({ family, source }) => {
    // externalTrafficPolicy: Cluster, on one of the nodes
    return node === 'n2' && source === addressOf('outside', family).value;
  });
}

/** As {@link services}, and whatever leaves pod b looks as if its node had sent it. */
function masquerading(node: string): Nat {
  const nat = services(node);
  const isFromB = ({ family, source }: Packet): boolean => source === addressOf('b', family).value;
  return {
    ...nat,
    sourceOf: (packet) =>
      isFromB(packet) ? addressOf(node as Name, packet.family).value : nat.sourceOf!(packet),
  };
}

const ROWS: readonly Row[] = [
  {
    title: 'B8 the source is judged before it is rewritten, the destination after',
    policies: [
      ingress('a', { from: [pods('b')], ports: onPort(8080) }),
      egress('b', { to: [pods('a')] }),
    ],
    options: { nat: masquerading },
    protocols: WITH_PORTS,
    connections: [
      ['b', 'service', 'passes'],
      ['b', 'a', 'passes', 8080],
      ['b', 'c', 'is dropped'],
      ['d', 'service', 'is dropped'],
    ],
  },
  {
    title: 'B11 behind externalTrafficPolicy: Cluster the client is the node it came by',
    policies: [ingress('a', { from: hosts('outside') })],
    options: { nat: services },
    protocols: WITH_PORTS,
    connections: [
      ['outside', 'a', 'passes'],
      ['outside', 'n2', 'is dropped', 30_080],
    ],
  },
  {
    title: 'B11 and as that node it may be allowed',
    policies: [ingress('a', { from: hosts('n2') })],
    options: { nat: services },
    protocols: WITH_PORTS,
    connections: [
      ['outside', 'n2', 'passes', 30_080],
      ['outside', 'a', 'is dropped', 8080],
    ],
  },
  {
    title: 'N1 also through a Service',
    policies: [ingress('a')],
    options: { nat: services },
    protocols: WITH_PORTS,
    connections: [
      ['n1', 'service', 'passes'],
      ['n2', 'service', 'is dropped'],
    ],
  },
  {
    title: 'N5 a pod that reaches itself by a Service is its own peer: ingress',
    policies: [ingress('a', { from: [pods('b')] })],
    options: { nat: services },
    protocols: WITH_PORTS,
    connections: [
      ['a', 'service', 'is dropped'],
      ['b', 'service', 'passes'],
    ],
  },
  {
    title: 'N5 a pod that reaches itself by a Service is its own peer: egress',
    policies: [egress('a', { to: [pods('b')] })],
    options: { nat: services },
    protocols: WITH_PORTS,
    connections: [['a', 'service', 'is dropped']],
  },
  {
    title: 'N5 and may be allowed as such',
    policies: [
      ingress('a', { from: [pods('a')], ports: onPort(8080) }),
      egress('a', { to: [pods('a')] }),
    ],
    options: { nat: services },
    protocols: WITH_PORTS,
    connections: [
      ['a', 'service', 'passes'],
      ['b', 'service', 'is dropped'],
    ],
  },
  {
    title: 'N9 what comes to a NodePort is judged on the pod behind it',
    policies: [ingress('a', { ports: onPort(8080) })],
    options: { nat: services },
    protocols: WITH_PORTS,
    connections: [
      ['outside', 'n1', 'passes', 30_080],
      ['outside', 'a', 'is dropped', 30_080],
    ],
  },
  {
    title: 'P12 the port compared is the pod port, not the port of the Service',
    policies: [ingress('a', { ports: onPort(80) })],
    options: { nat: services },
    protocols: WITH_PORTS,
    connections: [
      ['b', 'service', 'is dropped'],
      ['c', 'service', 'is dropped'],
      ['c', 'a', 'passes', 80],
    ],
  },
];

testRows(ROWS);
