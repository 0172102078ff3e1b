import { describe, expect, test } from 'vitest';
import { FAMILIES } from '../../src/model/address.ts';
import { converse } from './conversation.ts';
import { EnforcedNetwork } from './enforced-network.ts';
import { ACK, FIN, RST, SYN, firstPacket, icmp6, unreachable } from './packet.ts';
import type { Packet } from './packet.ts';
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

for (const family of FAMILIES) {
  const send = (enforced: EnforcedNetwork, packet: Packet, from: Name): boolean =>
    enforced.network.send(packet, enforced.network.holderOf(addressOf(from, family))).arrived;

  describe(`P18 an ICMP error over IPv${family}`, () => {
    const policies = [
      ingress('a', { from: [pods('c')], ports: onPort(80) }),
      egress('a'),
      ingress('c'),
      egress('c', { to: [pods('a')], ports: onPort(80) }),
    ];
    test.each(['TCP', 'UDP', 'SCTP'] as const)(
      'about an allowed %s connection passes',
      (protocol) => {
        const enforced = new EnforcedNetwork(smallCluster(policies));
        const one = converse(enforced.network, way('c', 'a', family), protocol, 80);
        expect(one.sendFirst().lost).toBeUndefined();
        // the server itself, and somebody on the way whom no rule allows
        for (const from of ['a', 'router', 'n1'] as const) {
          expect(send(enforced, unreachable(addressOf(from, family).value, one.heard), from)).toBe(
            true,
          );
        }
        expect(one.goOn().lost).toBeUndefined();
        const answer = {
          ...firstPacket(way('a', 'c', family), protocol, 80, 40_000),
          tcpFlags: 16,
        };
        expect(
          send(enforced, unreachable(addressOf('router', family).value, answer), 'router'),
        ).toBe(true);
      },
    );

    test('about nothing does not', () => {
      const enforced = new EnforcedNetwork(smallCluster(policies));
      const invented = firstPacket(way('a', 'outside', family), 'UDP', 1, 2);
      expect(
        send(enforced, unreachable(addressOf('router', family).value, invented), 'router'),
      ).toBe(false);
      expect(
        send(enforced, unreachable(addressOf('a', family).value, { ...invented, source: 9n }), 'a'),
      ).toBe(false);
    });

    test('about a denied connection does not', () => {
      const enforced = new EnforcedNetwork(smallCluster(policies));
      const denied = firstPacket(way('a', 'outside', family), 'UDP', 1, 2);
      expect(send(enforced, denied, 'a')).toBe(false);
      expect(send(enforced, unreachable(addressOf('router', family).value, denied), 'router')).toBe(
        false,
      );
    });
  });

  describe.each([
    { title: 'N12 a packet with the source of another', options: {} },
    { title: 'N12 a packet with such a source, pod CIDRs known', options: { podCidrs } },
  ])(`$title, IPv${family}`, ({ options }) => {
    const enforced = new EnforcedNetwork(smallCluster([]), options);
    const forged: readonly (readonly [Name, Name])[] = [
      ['a', 'b'],
      ['a', 'c'],
      ['a', 'outside'],
      ['a', 'n1'],
      ['a', 'stranger'],
      ['c', 'stranger'],
    ];
    test.each(forged)('sent by %s as %s is dropped', (sender, source) => {
      expect(send(enforced, firstPacket(way(source, 'd', family), 'UDP', 1, 2), sender)).toBe(
        false,
      );
    });
    test.each(['a', 'b', 'c'] as const)('its own, of %s, is not', (sender) => {
      expect(send(enforced, firstPacket(way(sender, 'd', family), 'UDP', 1, 2), sender)).toBe(true);
    });
  });

  describe(`L1 an unknown address, for packets of no connection, IPv${family}`, () => {
    const enforced = new EnforcedNetwork(smallCluster([]), { podCidrs, checksSources: false });
    const stranger = { kind: 'pod', node: 'n1', link: 'slp-stranger' } as const;
    enforced.network.addPod([addressOf('stranger', family)], 'n1', 'slp-stranger');
    test.each([FIN | ACK, SYN | ACK, RST])('TCP flags %d', (tcpFlags) => {
      for (const other of ['a', 'd', 'outside', 'n1', 'n2'] as const) {
        const packet = { ...firstPacket(way('stranger', other, family), 'TCP', 1, 2), tcpFlags };
        expect(enforced.network.send(packet, stranger).arrived, `to ${other}`).toBe(false);
        if (other === 'n1') continue;
        const back = { ...firstPacket(way(other, 'stranger', family), 'TCP', 1, 2), tcpFlags };
        expect(send(enforced, back, other), `from ${other}`).toBe(false);
      }
    });
  });

  test(`P16 a protocol nobody knows is denied with all others, IPv${family}`, () => {
    const enforced = new EnforcedNetwork(smallCluster([ingress('a')]));
    expect(
      send(
        enforced,
        { ...way('b', 'a', family), protocol: 47, sourcePort: 0, destinationPort: 0 },
        'b',
      ),
    ).toBe(false);
  });
}

describe('P19 neighbour discovery', () => {
  const closed = [ingress('a'), egress('a'), ingress('c'), egress('c')];
  const link = 0xfe80n << 112n;
  const enforced = new EnforcedNetwork(smallCluster(closed), { podCidrs });
  const node = enforced.network.node('n1');
  const holder = enforced.network.holderOf(addressOf('a', 6));
  const podLink = holder.kind === 'pod' ? holder.link : '';
  const sources: readonly (readonly [string, bigint])[] = [
    ['its link-local address', link + 5n],
    ['no address yet', 0n],
    ['its address', addressOf('a', 6).value],
  ];
  for (const type of [133, 134, 135, 136, 137]) {
    test.each(sources)(`type ${type} from a pod with %s`, (_, source) => {
      const packet = icmp6({ family: 6, source, destination: addressOf('n1', 6).value }, type);
      expect(node.receive(packet, podLink).fate).toBe('in');
    });
    test(`type ${type} to a pod`, () => {
      const packet = icmp6(
        { family: 6, source: link + 1n, destination: addressOf('a', 6).value },
        type,
      );
      expect(node.send(packet).fate).toBe('out');
    });
  }
});

test.each(['TCP', 'UDP', 'SCTP', 'other'] as const)(
  'N3 a link-local source does not lead around a policy: %s',
  (protocol) => {
    const enforced = new EnforcedNetwork(smallCluster([egress('a')]));
    const holder = enforced.network.holderOf(addressOf('a', 6));
    const own = { family: 6, source: (0xfe80n << 112n) + 5n } as const;
    const destination = addressOf('n1', 6).value;
    const packet = firstPacket({ ...own, destination }, protocol, 1, 22);
    expect(enforced.network.send(packet, holder).arrived).toBe(false);
  },
);

describe('denied packets are counted exactly', () => {
  test.each(FAMILIES)('by the pod that is isolated, IPv%d', (family) => {
    const { network } = new EnforcedNetwork(smallCluster([ingress('a'), egress('b')]));
    for (let n = 0; n < 30; n++) {
      network.flush();
      converse(network, way('c', 'a', family), 'UDP', 80).sendFirst();
      converse(network, way('b', 'c', family), 'UDP', 80).sendFirst();
    }
    const counted = (set: string, name: Name): number =>
      network.node('n1').counted(`${set}${family}`, addressOf(name, family).value);
    expect(counted('denied_in', 'a')).toBe(30);
    expect(counted('denied_eg', 'b')).toBe(30);
    expect(counted('denied_in', 'b')).toBe(0);
  });
});
