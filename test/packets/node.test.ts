import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAddress } from '../../src/model/address.ts';
import { whyNoPackets } from '../arena/able.ts';
import { countArrivals } from '../arena/counter.ts';
import { EnforcedLab } from '../arena/enforced-lab.ts';
import { egress, hosts, ingress, onPort, pods, smallCluster } from '../packet/small-cluster.ts';
import { ALL, EVERYTHING, SERVICE } from './everything.ts';

const why = whyNoPackets();
if (why !== undefined) console.log(`what concerns nodes is not tried: ${why}`);

describe.skipIf(why !== undefined)('nodes, and pods as seen from them', () => {
  let lab: EnforcedLab;

  beforeAll(async () => {
    lab = await EnforcedLab.open(smallCluster([], [SERVICE]));
  });
  afterAll(() => lab?.close());

  function become(...policies: object[]): Promise<void> {
    return lab.become(smallCluster(policies, [SERVICE]));
  }

  test('N1 a pod that is isolated in both directions is reached by its own node, by no other', async () => {
    await become(ingress('a'), egress('a'));
    expect(await lab.passes('node/n1', 'x/a', EVERYTHING)).toEqual(ALL);
    expect(await lab.passes('node/n2', 'x/a', EVERYTHING)).toEqual([]);
    expect(await lab.passes('outside', 'x/a', EVERYTHING)).toEqual([]);
  });

  test('N2 another node is an address like any other', async () => {
    await become(ingress('a', { from: hosts('n2'), ports: onPort(80) }));
    expect(await lab.passes('node/n2', 'x/a', EVERYTHING)).toEqual(
      ALL.filter((one) => !one.startsWith('other')),
    );
  });

  test('N3 a pod that is isolated for egress does not reach its own node either', async () => {
    await become(egress('a'));
    for (const node of ['node/n1', 'node/n2']) {
      expect(await lab.passes('x/a', node, EVERYTHING), node).toEqual([]);
    }
    await become(egress('a', { to: hosts('n1') }));
    expect(await lab.passes('x/a', 'node/n1', EVERYTHING)).toEqual(ALL);
    expect(await lab.passes('x/a', 'node/n2', EVERYTHING)).toEqual([]);
  });

  test('N4 a pod reaches its own address whatever its policies say', async () => {
    await become(ingress('a'), egress('a'));
    expect(await lab.passes('x/a', 'x/a', EVERYTHING)).toEqual(ALL);
  });

  test('N5 a pod reaches itself by its Service as its policies say of itself', async () => {
    const port = { protocol: 'TCP', port: 80 } as const;
    const both = ['TCP/80 over IPv4', 'TCP/80 over IPv6'];
    await become();
    expect(await lab.passes('x/a', 'svc/x/a', [port])).toEqual(both);
    await become(ingress('a'));
    expect(await lab.passes('x/a', 'svc/x/a', [port])).toEqual([]);
    await become(ingress('a', { from: [pods('a')] }), egress('a', { to: [pods('a')] }));
    expect(await lab.passes('x/a', 'svc/x/a', [port])).toEqual(both);
  });

  test('B3 blocks that overlap, with and without exceptions, are a union', async () => {
    await become(
      ingress(
        'a',
        {
          from: [
            { ipBlock: { cidr: '198.51.100.0/24', except: ['198.51.100.64/26'] } },
            { ipBlock: { cidr: '198.51.100.0/25', except: ['198.51.100.0/26'] } },
            { ipBlock: { cidr: '198.51.100.80/28' } },
            { ipBlock: { cidr: '198.51.0.0/16', except: ['198.51.100.0/24'] } },
          ],
          ports: onPort(80),
        },
        { from: [{ ipBlock: { cidr: '198.51.100.128/25' } }], ports: [{ port: 81 }] },
      ),
    );
    const sources = [
      ['198.51.99.255', true],
      ['198.51.100.0', true],
      ['198.51.100.63', true],
      ['198.51.100.64', true],
      ['198.51.100.127', true],
      ['198.51.100.128', true],
      ['198.51.101.0', true],
      ['198.52.0.0', false],
    ] as const;
    for (const [text, passes] of sources) {
      const source = parseAddress(text)!;
      const outcome = await lab.try('outside', 'x/a', { protocol: 'TCP', port: 80, source });
      expect([text, outcome.reached]).toEqual([text, passes]);
    }
    const outside = parseAddress('198.51.100.127')!;
    const other = await lab.try('outside', 'x/a', { protocol: 'TCP', port: 81, source: outside });
    expect(other.reached).toBe(false);
  });

  test('N12 what a pod sends with the address of another arrives nowhere', async () => {
    await become();
    for (const family of [4, 6] as const) {
      for (const [to, source] of [
        ['x/b', 'x/c'],
        ['x/d', 'x/b'],
        ['node/n1', 'x/b'],
        ['x/c', 'node/n1'],
      ] as const) {
        const counted = countArrivals(lab.netns(to), lab.address(source, family));
        try {
          for (const protocol of ['TCP', 'UDP', 'SCTP', 'other'] as const) {
            const spoofed = { protocol, port: 80, family, source: lab.address(source, family) };
            await lab.try('x/a', to, spoofed);
          }
          expect([to, source, counted.count()]).toEqual([to, source, 0]);
        } finally {
          counted.close();
        }
        const own = await lab.try('x/a', to, {
          protocol: 'TCP',
          port: 80,
          family,
          source: lab.address('x/a', family),
        });
        expect(own.reached).toBe(true);
      }
    }
  });
});
