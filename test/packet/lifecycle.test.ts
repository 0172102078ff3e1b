import { describe, expect, test } from 'vitest';
import { FAMILIES } from '../../src/model/address.ts';
import type { Protocol } from '../conformance/implementation.ts';
import { converse, flowsOf } from './conversation.ts';
import { EnforcedNetwork } from './enforced-network.ts';
import { ACK, firstPacket, laterThan } from './packet.ts';
import {
  addressOf,
  egress,
  ingress,
  onPort,
  podCidrs,
  podObject,
  pods,
  smallCluster,
  way,
} from './small-cluster.ts';
import type { Name } from './small-cluster.ts';

const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP', 'other'];

const BOTH = { fromServer: true, fromClient: true };
const NEITHER = { fromServer: false, fromClient: false };

describe.each([
  {
    title: 'L7 a connection older than the agent goes on when it is allowed',
    from: 'b',
    wanted: BOTH,
  },
  {
    title: 'L8 a connection older than the agent is cut when it is not',
    from: 'c',
    wanted: NEITHER,
  },
] as const)('$title', ({ from, wanted }) => {
  test.each(PROTOCOLS)('%s', (protocol) => {
    for (const family of FAMILIES) {
      const cluster = smallCluster([ingress('a', { from: [pods('b')] })]);
      const enforced = new EnforcedNetwork(cluster, { isLate: true });
      const one = converse(enforced.network, way(from, 'a', family), protocol, 80);
      expect(one.open().lost).toBeUndefined();
      enforced.enforce();
      expect(flowsOf(one)).toEqual(wanted);
    }
  });
});

test.each(PROTOCOLS)(
  'L9 an agent that starts again cuts nothing and opens nothing: %s',
  (protocol) => {
    const enforced = new EnforcedNetwork(smallCluster([ingress('a', { from: [pods('b')] })]));
    const one = converse(enforced.network, way('b', 'a', 4), protocol, 80);
    expect(one.open().lost).toBeUndefined();
    enforced.enforce();
    expect(flowsOf(one)).toEqual(BOTH);
    expect(converse(enforced.network, way('c', 'a', 4), protocol, 80).open().lost).toBe('first');
  },
);

test('L1 a pod that is not known yet is closed, and open once it is', () => {
  const policies = [ingress('a', { from: [pods('e')] })];
  const options = { podCidrs, checksSources: false };
  const enforced = new EnforcedNetwork(smallCluster(policies), options);
  const first = firstPacket(way('stranger', 'a', 4), 'UDP', 1, 2);
  const unknown = { kind: 'pod', node: 'n1', link: 'slp-e' } as const;
  expect(enforced.network.send(first, unknown).arrived).toBe(false);
  const late = podObject('e', 'n1', { app: 'e' }, 'stranger');
  enforced.change(smallCluster(policies, [late]));
  const known = enforced.network.holderOf(addressOf('stranger', 4));
  expect(enforced.network.send(first, known).arrived).toBe(true);
});

describe('L11 when connections are forgotten', () => {
  /** An open TCP connection, all nodes having forgotten it. */
  const forgotten = (policies: object[], from: Name, to: Name, family: 4 | 6) => {
    const enforced = new EnforcedNetwork(smallCluster(policies));
    const one = converse(enforced.network, way(from, to, family), 'TCP', 80);
    expect(one.open().lost).toBeUndefined();
    enforced.network.flush();
    return { enforced, one };
  };

  test.each(FAMILIES)('an allowed one is taken up again by its client, IPv%d', (family) => {
    const policies = [
      ingress('a', { from: [pods('c')], ports: onPort(80) }),
      egress('c', { to: [pods('a')] }),
    ];
    const { one } = forgotten(policies, 'c', 'a', family);
    expect(one.clientData().arrived).toBe(true);
    expect(flowsOf(one)).toEqual(BOTH);
  });

  test.each(FAMILIES)('its server may not begin: the direction is not known, IPv%d', (family) => {
    const policies = [ingress('a', { from: [pods('c')], ports: onPort(80) })];
    const { one } = forgotten(policies, 'c', 'a', family);
    expect(one.serverData().arrived).toBe(false);
    expect(one.clientData().arrived).toBe(true);
    expect(one.serverData().arrived).toBe(true);
  });

  test.each(FAMILIES)('a denied one is not taken up by anybody, IPv%d', (family) => {
    const { enforced, one } = forgotten([], 'c', 'a', family);
    enforced.change(smallCluster([ingress('a'), ingress('c')]));
    expect(flowsOf(one)).toEqual(NEITHER);
    expect(flowsOf(one)).toEqual(NEITHER);
  });

  const servers = FAMILIES.flatMap((family) =>
    (['outside', 'd', 'n2'] as const).map((server) => ({ server, family })),
  );
  test.each(servers)('nor when $server, which it may not call, speaks first, IPv$family', (one) => {
    const { enforced, one: old } = forgotten([], 'c', one.server, one.family);
    enforced.change(smallCluster([egress('c', { to: [pods('a')] })]));
    enforced.network.flush();
    expect(flowsOf(old).fromClient).toBe(false);
    expect(flowsOf(old).fromClient).toBe(false);
  });

  test.each(FAMILIES)('no packet without SYN opens what is denied, IPv%d', (family) => {
    const { network } = new EnforcedNetwork(smallCluster([ingress('a', { from: [pods('b')] })]));
    const ack = laterThan(firstPacket(way('c', 'a', family), 'TCP', 1, 80));
    const client = network.holderOf(addressOf('c', family));
    expect(network.send(ack, client).arrived).toBe(false);
    for (const tcpFlags of [0, 1, 4, ACK | 1, ACK | 2, ACK | 4, 0x29]) {
      expect(network.send({ ...ack, tcpFlags }, client).arrived, `flags ${tcpFlags}`).toBe(false);
    }
  });
});
