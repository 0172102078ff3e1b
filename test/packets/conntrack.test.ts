import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { enterWords } from '../../src/kernel/host/namespace.ts';
import { findProgram } from '../../src/kernel/host/program-path.ts';
import { openStream } from '../../src/lab/sockets/stream.ts';
import type { StreamMode } from '../../src/lab/sockets/stream.ts';
import { whyNoPackets } from '../arena/able.ts';
import { EnforcedLab } from '../arena/enforced-lab.ts';
import { egress, ingress, pods, smallCluster } from '../packet/small-cluster.ts';

const PORTS = ['TCP', 'UDP'].map((protocol) => ({ protocol, port: 7000, endPort: 7099 }));
const MODES: readonly StreamMode[] = ['echo', 'client-push', 'server-push', 'datagrams'];

const why = whyNoPackets();
if (why !== undefined)
  console.log(`connections that conntrack does not know are not tried: ${why}`);

describe.skipIf(why !== undefined)('connections that the kernel forgot', () => {
  let lab: EnforcedLab;

  beforeAll(async () => {
    lab = await EnforcedLab.open(smallCluster([]));
  });
  afterAll(() => lab?.close());

  describe.skipIf(findProgram('conntrack') === undefined)('conntrack is flushed', () => {
    beforeEach(() =>
      lab.tell(smallCluster([ingress('a', { from: [pods('b'), pods('c')], ports: PORTS })])),
    );
    afterEach(() => lab.tell(smallCluster([])));

    function forget(): void {
      for (const node of ['node/n1', 'node/n2']) {
        const [program, ...words] = enterWords(lab.netns(node));
        execFileSync(program!, [...words, 'conntrack', '-F'], { stdio: 'ignore' });
      }
    }

    test.each(['echo', 'client-push', 'datagrams'] as const)(
      'L11 an allowed %s goes on',
      async (mode) => {
        for (const client of ['x/b', 'x/c']) {
          const stream = await lab.stream(client, 'x/a', mode, { port: 7020 });
          for (let i = 0; i < 5; i++) {
            forget();
            await sleep(30);
          }
          const { received } = stream;
          await sleep(500);
          expect(stream.fault).toBeUndefined();
          expect([client, stream.received > received]).toEqual([client, true]);
          stream.close();
        }
      },
    );

    test.each(MODES)(
      'L11 a forbidden %s is not taken up again, the wrong way round',
      async (mode) => {
        for (const client of ['x/b', 'x/c']) {
          await lab.tell(
            smallCluster([ingress('a', { from: [pods('b'), pods('c')], ports: PORTS })]),
          );
          const stream = await lab.stream(client, 'x/a', mode, { port: 7030 });
          await lab.tell(smallCluster([ingress('a')]));
          await sleep(20);
          const { received } = stream;
          for (let i = 0; i < 10; i++) {
            forget();
            await sleep(50);
          }
          expect([client, stream.received]).toEqual([client, received]);
          stream.close();
        }
      },
    );

    test.each(MODES)('L11 a %s that egress forbids is not taken up again either', async (mode) => {
      for (const client of ['x/b', 'x/c']) {
        await lab.tell(smallCluster([]));
        const stream = await lab.stream(client, 'x/a', mode, { port: 7040 });
        await lab.tell(smallCluster([egress('b'), egress('c')]));
        await sleep(20);
        const { received } = stream;
        for (let i = 0; i < 10; i++) {
          forget();
          await sleep(50);
        }
        expect([client, stream.received]).toEqual([client, received]);
        stream.close();
      }
    });
  });
});

describe.skipIf(why !== undefined)('connections that are older than the rules', () => {
  test('L7 L8 the allowed ones go on, the others stop', async () => {
    const cluster = smallCluster([ingress('a', { from: [pods('b')], ports: PORTS })]);
    const lab = await EnforcedLab.open(cluster, { enforced: false });
    try {
      const open = (client: string, mode: StreamMode, port: number) =>
        openStream({
          mode,
          client: lab.netns(client),
          server: lab.netns('x/a'),
          address: lab.address('x/a', 4),
          port,
        });
      const kept = await Promise.all(MODES.map((mode, i) => open('x/b', mode, 7050 + i)));
      const cut = await Promise.all(MODES.map((mode, i) => open('x/c', mode, 7060 + i)));
      await lab.enforce();
      await sleep(20);
      const before = [...kept, ...cut].map(({ received }) => received);
      await sleep(200);
      const goes = [...kept, ...cut].map(({ received }, i) => received > before[i]!);
      for (const stream of [...kept, ...cut]) stream.close();
      expect(goes).toEqual([...kept.map(() => true), ...cut.map(() => false)]);
    } finally {
      await lab.close();
    }
  });
});
