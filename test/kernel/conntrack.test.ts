import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  ConnectionFinder,
  connectionCount,
  connectionMarks,
} from '../../src/kernel/conntrack/conntrack.ts';
import type { Nft } from '../../src/kernel/nft/nft.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import { leftOut, removeNamespacesAfterAll, testNamespace } from './host.ts';
import { CLIENT, SERVER, UdpSocket, layWire } from './wire.ts';
import type { Wire } from './wire.ts';

removeNamespacesAfterAll();

describe.skipIf(leftOut !== undefined)('the connections of a namespace', () => {
  let wire: Wire;
  let nft: Nft;
  const sockets: UdpSocket[] = [];

  beforeAll(async () => {
    wire = await layWire();
    nft = await openNft({ netns: wire.router });
    await nft.run(`
add table inet t
add chain inet t nat { type nat hook prerouting priority -100; policy accept; }
add rule inet t nat ip daddr 10.77.9.9 udp dport 53 dnat ip to ${SERVER}:7000
add chain inet t post { type filter hook postrouting priority 95; policy accept; }
add rule inet t post udp dport 7000 ct mark set 0x00050007
add rule inet t post udp dport 7001 ct mark set 0x00010008
`);
    const client = new UdpSocket(wire.client, 4000);
    const server = new UdpSocket(wire.server, 7000);
    sockets.push(client, server);
    client.send('10.77.9.9', 53);
    client.send(SERVER, 7001);
    await vi.waitUntil(() => server.received() > 0);
    server.send(CLIENT, 4000);
  });
  afterAll(() => {
    for (const socket of sockets) socket.close();
    nft?.close();
  });

  test('are counted', () => {
    const counted = connectionCount(wire.router)!;
    expect(counted.count).toBe(2);
    expect(counted.max).toBeGreaterThan(1000);
  });

  test('tell their marks', async () => {
    expect(connectionMarks(wire.router)).toEqual(new Set([0x0005_0007, 0x0001_0008]));
    expect(connectionMarks(await testNamespace())).toEqual(new Set());
  });

  const there = { source: CLIENT, sourcePort: 4000, destination: SERVER, destinationPort: 7000 };
  const back = { source: SERVER, sourcePort: 7000, destination: CLIENT, destinationPort: 4000 };
  test.each([
    ['on its way to the server, rewritten', there, false],
    [
      'on its way to the server, as the client sent it',
      { ...there, destination: '10.77.9.9', destinationPort: 53 },
      false,
    ],
    ['on its way back, as the server sent it', back, true],
    ['on its way back, rewritten', { ...back, source: '10.77.9.9', sourcePort: 53 }, true],
  ])('are found by a packet %s', (_, packet, reply) => {
    const finder = new ConnectionFinder(wire.router);
    const found = finder.find({ protocol: 17, ...packet });
    finder.close();
    expect(found).toEqual({
      reply,
      connection: {
        original: { protocol: 17, ...there, destination: '10.77.9.9', destinationPort: 53 },
        reply: { protocol: 17, ...back },
      },
    });
  });

  test.each([
    ['of another protocol', { protocol: 6, ...there }],
    ['of another port', { protocol: 17, ...there, sourcePort: 4001 }],
    ['without ports', { protocol: 1, ...there, sourcePort: undefined, destinationPort: undefined }],
    ['of no address', { protocol: 17, ...there, source: 'client' }],
  ])('are not found by a packet %s', (_, packet) => {
    const finder = new ConnectionFinder(wire.router);
    expect(finder.find(packet)).toBeUndefined();
    finder.close();
  });
});
