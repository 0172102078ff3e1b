import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DenyEvent } from '../../src/kernel/conntrack/deny-event.ts';
import { openDenyLog } from '../../src/kernel/conntrack/deny-log.ts';
import type { DenyLog } from '../../src/kernel/conntrack/deny-log.ts';
import { HostError } from '../../src/kernel/host/host-error.ts';
import { readDrops } from '../../src/kernel/nft/drops.ts';
import type { Nft } from '../../src/kernel/nft/nft.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import { leftOut, removeNamespacesAfterAll } from './host.ts';
import { CLIENT, SERVER, UdpSocket, layWire } from './wire.ts';
import type { Wire } from './wire.ts';

const RULES = `
add table inet sluice
add set inet sluice denied_in4 { type ipv4_addr; size 100; flags dynamic; counter; }
add set inet sluice denied_in6 { type ipv6_addr; size 100; flags dynamic; counter; }
add set inet sluice denied_eg4 { type ipv4_addr; size 100; flags dynamic; counter; }
add set inet sluice denied_eg6 { type ipv6_addr; size 100; flags dynamic; counter; }
add set inet sluice unknown4 { type ipv4_addr; size 100; flags dynamic; counter; }
add set inet sluice unknown6 { type ipv6_addr; size 100; flags dynamic; counter; }
add chain inet sluice nat { type nat hook prerouting priority -100; policy accept; }
add rule inet sluice nat ip daddr 10.77.9.9 udp dport 53 dnat ip to ${SERVER}:7000
add chain inet sluice post { type filter hook postrouting priority 95; policy accept; }
add chain inet sluice deny
add rule inet sluice deny update @denied_in4 { ct reply ip saddr }
add rule inet sluice deny log prefix "sluice I" group 5150 snaplen 96
add rule inet sluice deny drop
`;
const DENY = `add rule inet sluice post meta l4proto udp ct reply proto-src 7000 goto deny`;

removeNamespacesAfterAll();

describe.skipIf(leftOut !== undefined)('deny events of a real drop', () => {
  let wire: Wire;
  let nft: Nft;
  let client: UdpSocket;
  let server: UdpSocket;
  let log: DenyLog | undefined;
  const events: DenyEvent[] = [];

  beforeAll(async () => {
    wire = await layWire();
    nft = await openNft({ netns: wire.router });
    client = new UdpSocket(wire.client, 4000);
    server = new UdpSocket(wire.server, 7000);
  });
  afterAll(() => {
    nft?.close();
    client?.close();
    server?.close();
  });
  afterEach(() => {
    log?.close();
    events.length = 0;
  });

  function takeGroup(): boolean {
    try {
      log = openDenyLog({ netns: wire.router, group: 5150 }, (event) => events.push(event));
      return true;
    } catch {
      return false;
    }
  }

  /** Opens the log over fresh rules, and returns what waits until so many events have come. */
  async function open(rules: string): Promise<(count: number) => Promise<unknown>> {
    await nft.run(`add table inet sluice\ndelete table inet sluice\n${RULES}\n${rules}`);
    // the socket of the test before is closed by another thread, and holds the group until then
    await vi.waitUntil(takeGroup);
    return (count) => vi.waitUntil(() => events.length >= count, { timeout: 5000, interval: 5 });
  }

  test('tell the ends, the prefix and the time', async () => {
    const until = await open(DENY);
    const before = Date.now();
    client.send(SERVER, 7000);
    await until(1);
    expect(events).toEqual([
      {
        family: 4,
        protocol: 17,
        source: CLIENT,
        destination: SERVER,
        sourcePort: 4000,
        destinationPort: 7000,
        prefix: 'sluice I',
        // This was the first packet: it is of no known connection yet, unless the kernel itself tells.
        connection: log!.tellsConnections ? (expect.anything() as object) : undefined,
        reply: false,
        mark: 0,
        time: expect.any(Number) as number,
      },
    ]);
    expect(events[0]!.time).toBeGreaterThan(before - 1000);
    expect(events[0]!.time).toBeLessThan(Date.now() + 1000);
    expect(server.received()).toBe(0);
  });

  test('tell the real connection of a packet on its way back, whatever was rewritten', async () => {
    const until = await open('');
    client.send('10.77.9.9', 53);
    await vi.waitUntil(() => server.received() === 1);
    await nft.run(DENY);
    server.send(CLIENT, 4000);
    await until(1);
    expect(events[0]).toMatchObject({
      source: SERVER,
      sourcePort: 7000,
      destination: CLIENT,
      destinationPort: 4000,
      reply: true,
      connection: {
        original: {
          source: CLIENT,
          sourcePort: 4000,
          destination: '10.77.9.9',
          destinationPort: 53,
        },
        reply: { source: SERVER, sourcePort: 7000, destination: CLIENT, destinationPort: 4000 },
      },
    });
    client.send('10.77.9.9', 53);
    await until(2);
    expect(events[1]).toMatchObject({
      destination: SERVER,
      reply: false,
      connection: events[0]!.connection,
    });
  });

  test('all come, and all are counted', async () => {
    const until = await open(DENY);
    for (let i = 0; i < 5000; i++) client.send(SERVER, 7000);
    await until(5000);
    expect(log!.lost).toBe(0);
    const drops = await readDrops(nft);
    // 20 bytes of IP, 8 of UDP, 1 of data.
    expect(drops.ingress).toEqual(new Map([[SERVER, { packets: 5000, bytes: 145_000 }]]));
    expect([drops.egress.size, drops.unknown.size]).toEqual([0, 0]);
  });

  test('a second reader of the group is refused', async () => {
    await open(DENY);
    expect(() => openDenyLog({ netns: wire.router, group: 5150 }, () => {})).toThrow(HostError);
    expect(() => openDenyLog({ netns: wire.router, group: 5150 }, () => {})).toThrow(
      /another process reads it/,
    );
  });

  test('the group is free again when its reader closes', async () => {
    const until = await open(DENY);
    log!.close();
    await vi.waitUntil(takeGroup);
    client.send(SERVER, 7000);
    await until(1);
  });
});
