import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EnforcerEvent } from '../../src/agent/enforcer-event.ts';
import { Enforcer } from '../../src/agent/enforcer.ts';
import { readRunningState } from '../../src/agent/running-state.ts';
import { changesBetween } from '../../src/compile/matrix/change.ts';
import type { Nft } from '../../src/kernel/nft/nft.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { leftOut, removeNamespacesAfterAll } from '../kernel/host.ts';
import { contentOf } from '../kernel/listing.ts';
import { SERVER, UdpSocket, layWire } from '../kernel/wire.ts';
import type { Wire } from '../kernel/wire.ts';
import { DENY, allowing, clusterOf } from './cluster.ts';
import { NODE } from './node.ts';

removeNamespacesAfterAll();

describe.skipIf(leftOut !== undefined)('an enforcer', () => {
  let wire: Wire;
  let nft: Nft;
  let client: UdpSocket;
  const servers = new Map<number, UdpSocket>();
  let enforcer: Enforcer;
  let cluster: Cluster;
  const events: EnforcerEvent[] = [];

  beforeAll(async () => {
    wire = await layWire();
    nft = await openNft({ netns: wire.router });
    client = new UdpSocket(wire.client);
    for (const port of [7000, 7001]) servers.set(port, new UdpSocket(wire.server, port));
  });
  afterAll(() => {
    nft?.close();
    client?.close();
    for (const server of servers.values()) server.close();
  });
  beforeEach(async () => {
    await nft.run('flush ruleset');
    events.length = 0;
    await start({});
  });
  afterEach(() => enforcer.close());

  async function start(policies: Record<string, string>): Promise<void> {
    enforcer = new Enforcer(NODE, nft, { onEvent: (event) => events.push(event) });
    cluster = clusterOf(policies);
    await enforcer.start(cluster);
  }
  async function become(
    policies: Record<string, string>,
    pods?: Record<string, string>,
  ): Promise<void> {
    const next = clusterOf(policies, pods);
    const change = changesBetween(cluster, next);
    cluster = next;
    await enforcer.update(change);
  }
  /** The ports of the server that a packet of the client reaches now. */
  function reached(): number[] {
    return [...servers].flatMap(([port, server]) => {
      server.received();
      client.send(SERVER, port);
      return server.received() > 0 ? port : [];
    });
  }

  test('lets everything through where no policy is', () => {
    expect(reached()).toEqual([7000, 7001]);
  });

  test('has a change in force when the update resolves', async () => {
    await become({ a: DENY });
    expect(reached()).toEqual([]);
    await become({ a: allowing(7001) });
    expect(reached()).toEqual([7001]);
    await become({ a: allowing(7000), b: allowing(7001) });
    expect(reached()).toEqual([7000, 7001]);
    await become({ a: allowing(7000) });
    expect(reached()).toEqual([7000]);
    await become({});
    expect(reached()).toEqual([7000, 7001]);
  });

  test('does not tell the kernel what means nothing to the node', async () => {
    events.length = 0;
    await become({ a: '{ podSelector: { matchLabels: { app: nobody } } }' });
    expect(events).toEqual([]);
  });

  test('puts changes that wait into one transaction', async () => {
    events.length = 0;
    const clusters = [
      cluster,
      ...Array.from({ length: 50 }, (_, i) =>
        clusterOf(i === 49 ? { a: allowing(7001) } : { a: DENY }),
      ),
    ];
    const updates = clusters
      .slice(1)
      .map((next, i) => enforcer.update(changesBetween(clusters[i]!, next)));
    await Promise.all(updates);
    cluster = clusters.at(-1)!;
    expect(reached()).toEqual([7001]);
    const applied = events.filter(({ kind }) => kind === 'applied');
    expect(applied.length).toBeLessThan(5);
  });

  test('L9 leaves the rules in force when it closes, and knows them when it starts again', async () => {
    await become({ a: allowing(7000) });
    await enforcer.close();
    expect(reached()).toEqual([7000]);
    const before = await readRunningState(nft, 'sluice');
    await start({ a: allowing(7000) });
    expect(reached()).toEqual([7000]);
    const after = await readRunningState(nft, 'sluice');
    expect(after!.epoch).toBe(before!.epoch + 1);
    expect(after!.generation).toBeGreaterThan(before!.generation);
  });

  test('starts over whatever else stands in its table', async () => {
    await become({ a: allowing(7000) });
    await enforcer.close();
    await nft.run('flush chain inet sluice state\nadd element inet sluice known4 { 10.77.99.99 }');
    await start({ a: allowing(7001) });
    expect(reached()).toEqual([7001]);
    expect((await contentOf(nft, 'sluice'))!['known4']).toEqual(['10.77.1.2', '10.77.2.2']);
  });

  test('deletes its table, and only that, when it is uninstalled', async () => {
    await become({ a: DENY });
    await nft.run('add table inet other');
    await enforcer.uninstall();
    expect(reached()).toEqual([7000, 7001]);
    const { nftables } = (await nft.list('list tables inet')) as {
      nftables: { table?: { name: string } }[];
    };
    expect(nftables.flatMap(({ table }) => table?.name ?? [])).toEqual(['other']);
  });

  test('refuses what comes after it was closed', async () => {
    await enforcer.close();
    await expect(become({ a: DENY })).rejects.toThrow('the enforcer is closed');
  });

  test('sweeps what is no longer needed', async () => {
    await become({ a: allowing(7000) });
    await become({});
    await enforcer.settle();
    const content = (await contentOf(nft, 'sluice'))!;
    expect([content['ports'], content['in_cells4'], content['in_pods4']]).toEqual([[], [], []]);
  });

  test('L6 keeps connections that stay allowed, and cuts those that do not', async () => {
    const server = servers.get(7000)!;
    await become({ a: allowing(7000, 7001) });
    expect(reached()).toEqual([7000, 7001]);
    await become({ a: allowing(7000) });
    client.send(SERVER, 7000);
    client.send(SERVER, 7001);
    expect([server.received(), servers.get(7001)!.received()]).toEqual([1, 0]);
  });

  test('does not take the marks of a table that is gone for its own', async () => {
    await enforcer.close();
    await nft.run('flush ruleset');
    await start({ a: allowing(7000) });
    await enforcer.settle();
    expect(reached()).toEqual([7000]);
    await enforcer.close();
    await nft.run('flush ruleset');
    await start({ a: DENY });
    await enforcer.settle();
    expect(reached()).toEqual([]);
  });

  test('has what others did to its table set right', async () => {
    await become({ a: allowing(7000) });
    await enforcer.settle();
    const right = await contentOf(nft, 'sluice');
    for (const commands of [
      'flush ruleset',
      'delete table inet sluice',
      'flush set inet sluice ports',
      'flush chain inet sluice gate\nadd rule inet sluice gate accept',
      'add element inet sluice known4 { 10.77.9.9 }',
    ]) {
      events.length = 0;
      const foreign = await openNft({ netns: wire.router, backend: 'nft' });
      await foreign.run(commands);
      await vi.waitUntil(() => events.some(({ kind }) => kind === 'repaired'), { interval: 2 });
      foreign.close();
      expect(events.find(({ kind }) => kind === 'repaired')).toMatchObject({
        change: { kind: /ruleset|table inet sluice$/.test(commands) ? 'deleted' : 'changed' },
      });
      expect(reached()).toEqual([7000]);
      await enforcer.settle();
      const content = await contentOf(nft, 'sluice');
      expect(Object.keys(content!).sort()).toEqual(Object.keys(right!).sort());
      expect(content!['known4']).toEqual(right!['known4']);
    }
  });
});
