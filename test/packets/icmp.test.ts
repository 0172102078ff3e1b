import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLinkBatch } from '../../src/kernel/host/links.ts';
import { enterWords } from '../../src/kernel/host/namespace.ts';
import { parseAddress } from '../../src/model/address.ts';
import type { Family } from '../../src/model/address.ts';
import { whyNoPackets } from '../arena/able.ts';
import { EnforcedLab } from '../arena/enforced-lab.ts';
import { sendWhole } from '../arena/plain-socket.ts';
import { ADDRESSES, egress, ingress, pods, smallCluster } from '../packet/small-cluster.ts';

const why = whyNoPackets();
if (why !== undefined) console.log(`what ICMP must carry is not tried: ${why}`);

describe.skipIf(why !== undefined)('what ICMP must carry', () => {
  let lab: EnforcedLab;

  beforeAll(async () => {
    lab = await EnforcedLab.open(smallCluster([]));
  });
  afterAll(() => lab?.close());

  function become(...policies: object[]): Promise<void> {
    return lab.become(smallCluster(policies));
  }

  test('P19 neighbours of an isolated pod are found, over IPv4 and IPv6', async () => {
    await become(ingress('a', { from: [pods('b')] }), egress('a', { to: [pods('b')] }));
    const { link } = lab.pod('x/a');
    const gateway = { 4: '169.254.1.1', 6: 'fe80::1' };
    // as links are without a lab's fixed neighbours: the node has the gateway's address and all must ask
    await runLinkBatch(
      [
        `addr add ${gateway[4]}/32 dev ${link}`,
        `addr add ${gateway[6]}/64 dev ${link} nodad`,
        `neigh del ${ADDRESSES.a[0]} dev ${link}`,
        `neigh del ${ADDRESSES.a[1]} dev ${link}`,
      ],
      { netns: lab.netns('node/n1') },
    );
    await runLinkBatch([`neigh del ${gateway[4]} dev eth0`, `neigh del ${gateway[6]} dev eth0`], {
      netns: lab.netns('x/a'),
    });
    for (const [from, to] of [
      ['x/b', 'x/a'],
      ['x/a', 'x/b'],
    ] as const) {
      for (const family of [4, 6] as const) {
        const outcome = await lab.try(from, to, {
          protocol: 'TCP',
          port: 80,
          family,
          predicted: 'allowed',
        });
        expect([from, family, outcome.reached]).toEqual([from, family, true]);
      }
    }
    expect(neighbours('x/a')).toMatch(/169\.254\.1\.1 .*lladdr/);
    expect(neighbours('x/a')).toMatch(/fe80::1 .*lladdr/);
    expect(neighbours('node/n1')).toMatch(new RegExp(`${ADDRESSES.a[1]} .*lladdr`));
  });

  function neighbours(id: string): string {
    const [program, ...words] = enterWords(lab.netns(id));
    return execFileSync(program!, [...words, 'ip', 'neigh'], { encoding: 'utf8' });
  }

  test.each([4, 6] as const)(
    'P18 over IPv%i an isolated pod learns the size of packets its allowed connection can have',
    async (family: Family) => {
      const far = family === 4 ? '192.0.3.9' : '2001:db8:dead::9';
      const cidr = family === 4 ? '192.0.3.0/24' : '2001:db8:dead::/48';
      await become(
        ingress('a'),
        egress('a', { to: [{ ipBlock: { cidr } }] }),
        ingress('b'),
        egress('b'),
      );
      // beyond the outside host the way is narrow: it is that host which says so
      const outside = lab.netns('outside');
      await runLinkBatch(
        [
          ...(family === 4
            ? [
                'link add narrow mtu 1300 type veth peer name far mtu 1300',
                'link set narrow up',
                'link set far up',
              ]
            : []),
          `route replace unicast ${cidr} dev narrow table local`,
        ],
        { netns: outside },
      );
      const [program, ...words] = enterWords(outside);
      execFileSync(program!, [
        ...words,
        'sysctl',
        '-qw',
        'net.ipv4.ip_forward=1',
        'net.ipv6.conf.all.forwarding=1',
      ]);
      const size = 1400;
      expect(pathOf('x/a', far)).not.toContain('mtu');
      sendWhole(lab.netns('x/a'), parseAddress(far)!, size);
      expect(await eventually(() => pathOf('x/a', far).includes('mtu 1300'))).toBe(true);
      // whose connection is not allowed has nothing to learn
      sendWhole(lab.netns('x/b'), parseAddress(far)!, size);
      expect(pathOf('x/b', far)).not.toContain('mtu');
    },
  );

  function pathOf(id: string, to: string): string {
    const [program, ...words] = enterWords(lab.netns(id));
    return execFileSync(program!, [...words, 'ip', 'route', 'get', to], { encoding: 'utf8' });
  }
});

async function eventually(holds: () => boolean): Promise<boolean> {
  for (let i = 0; i < 40; i++) {
    if (holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}
