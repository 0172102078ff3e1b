import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enterWords } from '../../src/kernel/host/namespace.ts';
import { findProgram } from '../../src/kernel/host/program-path.ts';
import type { Attempt } from '../../src/lab/sockets/attempt.ts';
import { openStream } from '../../src/lab/sockets/stream.ts';
import type { StreamMode } from '../../src/lab/sockets/stream.ts';
import { formatAddress, parseAddress } from '../../src/model/address.ts';
import type { Address, Family } from '../../src/model/address.ts';
import { whyNoPackets } from '../arena/able.ts';
import { clusterOfText, openSmallLab } from '../arena/small-lab.ts';
import type { SmallLab } from '../arena/small-lab.ts';

const CLUSTER = clusterOfText(
  ['a', 'b', 'c']
    .map(
      (name) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: x }
spec: { containers: [ { name: c, ports: [ { containerPort: 80 }, { containerPort: 53, protocol: UDP }, { containerPort: 9, protocol: SCTP } ] } ] }
`,
    )
    .join('\n---'),
);

const why = whyNoPackets();
if (why !== undefined) console.log(`sockets in namespaces are not tried: ${why}`);

describe.skipIf(why !== undefined)('sockets in namespaces', () => {
  let net: SmallLab;

  beforeAll(async () => {
    net = await openSmallLab(CLUSTER);
  });
  afterAll(() => net?.close());

  function addressOf(key: string, family: Family): Address {
    const { addresses } = net.lab.pods.find((one) => one.key === key)!.pod;
    return addresses.find((one) => one.family === family)!;
  }

  describe.each([4, 6] as const)('family %i', (family) => {
    test.each([
      ['TCP', 80],
      ['UDP', 53],
      ['SCTP', 9],
    ] as const)(
      '%s: who listens answers, with its id and the client it sees',
      async (protocol, port) => {
        const attempts = ['x/a', 'x/b'].map((from) => ({
          from,
          to: addressOf('x/c', family),
          protocol,
          port,
        }));
        const outcomes = await net.traffic.probe(attempts, { patienceMs: 1000 });
        expect(outcomes).toMatchObject(
          attempts.map(({ from }) => ({
            reached: true,
            by: 'x/c',
            seenAs: addressOf(from, family),
          })),
        );
      },
    );

    test.each(['TCP', 'UDP', 'SCTP'] as const)(
      '%s: where nobody listens it is refused',
      async (protocol) => {
        const to = addressOf('x/c', family);
        const [outcome] = await net.traffic.probe([{ from: 'x/a', to, protocol, port: 4444 }], {
          patienceMs: 1000,
        });
        expect(outcome).toMatchObject({ reached: true, error: 'refused' });
      },
    );

    test('an echo of ICMP comes back, from a pod, its node and itself', async () => {
      for (const from of ['x/a', 'x/c', 'node/node-1', 'outside']) {
        const attempt: Attempt = { from, to: addressOf('x/c', family), protocol: 'other', port: 0 };
        const [outcome] = await net.traffic.probe([attempt], { patienceMs: 1000 });
        expect(outcome, from).toMatchObject({ reached: true });
      }
    });

    test('a source may be chosen', async () => {
      const source = parseAddress(family === 4 ? '198.51.100.77' : '2001:db8:99::1')!;
      const to = addressOf('x/b', family);
      const outcomes = await net.traffic.probe(
        (['TCP', 'UDP', 'SCTP', 'other'] as const).map((protocol) => ({
          from: 'outside',
          to,
          source,
          protocol,
          port: { TCP: 80, UDP: 53, SCTP: 9, other: 0 }[protocol],
        })),
        { patienceMs: 1000 },
      );
      expect(outcomes.map(({ reached }) => reached)).toEqual([true, true, true, true]);
      for (const { seenAs } of outcomes.slice(0, 3)) expect(seenAs).toEqual(source);
    });
  });

  test('an ICMP error about one SCTP packet is not taken for another of the same way', async () => {
    const NODE = 'node-1';
    const client = net.lab.pods.find(({ pod }) => pod.node === NODE)!.key;
    await net.nft.get(NODE)!.run(`
table inet test {
  chain post { type filter hook forward priority 0;
    meta l4proto sctp th dport 100-199 drop
  }
}`);
    try {
      for (const text of ['198.51.100.9', '2001:db8:5::9']) {
        const to = parseAddress(text)!;
        // the outside refuses by an error, for it speaks no SCTP
        const attempts = Array.from({ length: 40 }, (_, i): Attempt => ({
          from: client,
          to,
          protocol: 'SCTP',
          port: i % 2 === 0 ? 100 + i : 200 + i,
          predicted: i % 2 === 0 ? 'denied' : 'allowed',
        }));
        const outcomes = await net.traffic.probe(attempts, { patienceMs: 500 });
        const told = outcomes.map(({ reached, wavered }) => [reached, wavered]);
        expect(told).toEqual(attempts.map((_, i) => [i % 2 === 1, undefined]));
      }
    } finally {
      await net.nft.get(NODE)!.run('delete table inet test');
    }
  });

  describe('what is dropped', () => {
    const NODE = 'node-1';
    // whatever goes to port 81, and the first packet to port 82
    const RULES = `
table inet test {
  chain post { type filter hook forward priority 0;
    meta l4proto { tcp, udp, sctp } th dport 81 drop
    meta l4proto udp th dport 82 limit rate 1/hour burst 1 packets drop
    meta l4proto { icmp, icmpv6 } ct state new drop
  }
}`;

    beforeAll(() => net.nft.get(NODE)!.run(RULES));
    afterAll(() => net.nft.get(NODE)!.run('delete table inet test'));

    function here(): string[] {
      return net.lab.pods.filter(({ pod }) => pod.node === NODE).map(({ key }) => key);
    }

    test('it is silent, and known to be within the patience', async () => {
      const [from, to] = here();
      const attempts = (['TCP', 'UDP', 'SCTP', 'other'] as const).map((protocol) => ({
        from: from!,
        to: addressOf(to!, 4),
        protocol,
        port: 81,
        predicted: 'denied' as const,
      }));
      const began = performance.now();
      const outcomes = await net.traffic.probe(attempts, { patienceMs: 1000 });
      expect(outcomes.map(({ reached, error }) => [reached, error])).toEqual(
        attempts.map(() => [false, 'silent']),
      );
      expect(performance.now() - began).toBeLessThan(900);
    });

    test('what should pass and was lost once is asked again', async () => {
      const [from, to] = here();
      const attempt = { from: from!, to: addressOf(to!, 4), protocol: 'UDP', port: 82 } as const;
      const outcomes = await net.traffic.probe([{ ...attempt, predicted: 'allowed' }], {
        patienceMs: 500,
      });
      expect(outcomes).toMatchObject([{ reached: true, error: 'refused', wavered: true }]);
    });

    test('what should not pass is asked again before it is said to', async () => {
      const [from, to] = here();
      const attempt = { from: from!, to: addressOf(to!, 4), protocol: 'TCP', port: 80 } as const;
      const outcomes = await net.traffic.probe([{ ...attempt, predicted: 'denied' }], {
        patienceMs: 500,
      });
      expect(outcomes).toEqual([expect.objectContaining({ reached: true, by: to })]);
      expect(outcomes[0]).not.toHaveProperty('wavered');
    });
  });

  test('thousands at once, each answered by the one it was for', async () => {
    const keys = ['x/a', 'x/b', 'x/c'];
    const attempts = Array.from({ length: 6000 }, (_, i): Attempt => {
      const protocol = (['TCP', 'UDP', 'SCTP', 'other'] as const)[i % 4]!;
      const family = i % 8 < 4 ? 4 : 6;
      const to = addressOf(keys[Math.floor(i / 8) % 3]!, family);
      const port = { TCP: 80, UDP: 53, SCTP: 9, other: 0 }[protocol];
      return { from: keys[Math.floor(i / 24) % 3]!, to, protocol, port };
    });
    const outcomes = await net.traffic.probe(attempts, { patienceMs: 2000, width: 3000 });
    const wrong = outcomes.filter(({ reached, by }, i) => {
      const { protocol } = attempts[i]!;
      const wanted = keys[Math.floor(i / 8) % 3]!;
      return !reached || (protocol !== 'other' && by !== wanted);
    });
    expect(wrong).toEqual([]);
  });

  test('an unknown stand is an error, and a removed one listens no more', async () => {
    const attempt = { to: addressOf('x/b', 4), protocol: 'TCP', port: 80 } as const;
    await expect(
      net.traffic.probe([{ ...attempt, from: 'x/none' }], { patienceMs: 10 }),
    ).rejects.toThrow('there is no stand `x/none`');
    const pod = net.lab.pods.find(({ key }) => key === 'x/b')!;
    net.traffic.remove('x/b');
    const [closed] = await net.traffic.probe([{ ...attempt, from: 'x/a' }], { patienceMs: 500 });
    expect(closed).toMatchObject({ reached: true, error: 'refused' });
    const stand = {
      id: 'x/b',
      netns: net.network.podPath(pod),
      addresses: pod.pod.addresses,
      ports: [{ protocol: 'TCP', number: 80 }],
    } as const;
    expect(net.traffic.add(stand)).toEqual([]);
    expect(net.traffic.add({ ...stand, id: 'x/rival' })).toEqual([
      '`x/rival` does not listen on TCP 80: cannot bind any address port 80: address already in use',
    ]);
    net.traffic.remove('x/rival');
    const [open] = await net.traffic.probe([{ ...attempt, from: 'x/a' }], { patienceMs: 500 });
    expect(open).toMatchObject({ by: 'x/b' });
  });

  test.skipIf(findProgram('curl') === undefined)('curl gets a page', async () => {
    const [program, ...words] = enterWords(net.network.podPath(net.lab.pods[0]!));
    const url = `http://${formatAddress(addressOf('x/c', 4))}/`;
    const { stdout } = await promisify(execFile)(program!, [
      ...words,
      'curl',
      '-s',
      '-m',
      '5',
      url,
    ]);
    expect(stdout).toBe(`x/c ${formatAddress(addressOf('x/a', 4))}\n`);
  });

  test.each(['echo', 'client-push', 'server-push', 'datagrams'] as const)(
    'a stream of mode %s loses nothing while nobody cuts it',
    async (mode: StreamMode) => {
      const [client, server] = ['x/a', 'x/b'].map((key) =>
        net.network.podPath(net.lab.pods.find((one) => one.key === key)!),
      );
      const stream = await openStream({
        mode,
        client: client!,
        server: server!,
        address: addressOf('x/b', 6),
        port: 7000,
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
      stream.stop();
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { sent, received, fault } = stream;
      stream.close();
      expect(fault).toBeUndefined();
      expect(sent).toBeGreaterThan(20);
      expect(received).toBe(sent);
    },
  );
});
