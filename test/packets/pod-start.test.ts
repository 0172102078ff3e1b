import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLinkBatch, setSysctls } from '../../src/kernel/host/links.ts';
import { namespacePath } from '../../src/kernel/host/namespace.ts';
import { podLinkWiring } from '../../src/lab/network/node-wiring.ts';
import { podWiring } from '../../src/lab/network/pod-wiring.ts';
import type { Attempt } from '../../src/lab/sockets/attempt.ts';
import { namespaceName } from '../../src/lab/state/names.ts';
import type { Address } from '../../src/model/address.ts';
import { whyNoPackets } from '../arena/able.ts';
import { countArrivals } from '../arena/counter.ts';
import type { Counter } from '../arena/counter.ts';
import { EnforcedLab } from '../arena/enforced-lab.ts';
import { egress, ingress, podObject, pods, smallCluster } from '../packet/small-cluster.ts';

const PORTS = ['TCP', 'UDP'].map((protocol) => ({ protocol, port: 7000, endPort: 7099 }));

const why = whyNoPackets();
if (why !== undefined) console.log(`pods do not come and go: ${why}`);

describe.skipIf(why !== undefined)('pods that come and go', () => {
  let lab: EnforcedLab;
  /** e runs on n1 and may be reached by b; it is not there yet. */
  const newcomer = podObject('e', 'n1', { app: 'e' }, 'stranger');
  const policies = [ingress('e', { from: [pods('b')] }), egress('e')];

  beforeAll(async () => {
    lab = await EnforcedLab.open(smallCluster(policies));
  });
  afterAll(() => lab?.close());

  test(
    'L1 of a flood of SYNs from the instant its link is up nothing reaches a pod before its policy',
    { timeout: 60_000 },
    async () => {
      const before = smallCluster(policies);
      const after = smallCluster(policies, [newcomer]);
      await lab.tell(after);
      const wanted = lab.pod('x/e');
      await lab.tell(before);
      const floods = [
        ['x/a', 'denied'],
        ['x/c', 'denied'],
        ['node/n2', 'denied'],
        ['outside', 'denied'],
        ['x/b', 'allowed'],
      ] as const;
      const over = new AbortController();
      let sent = 0;
      const flooding = floods.map(async ([from]) => {
        while (!over.signal.aborted) {
          const attempts = wanted.pod.addresses.flatMap((to): Attempt[] =>
            Array.from({ length: 50 }, (_, i) => ({
              from,
              to,
              protocol: 'TCP',
              port: 1000 + i,
              predicted: 'denied',
            })),
          );
          await lab.net.traffic.probe(attempts, { patienceMs: 20 });
          sent += attempts.length;
        }
      });
      try {
        await sleep(50);
        const { counters, remove } = await makePod(
          wanted,
          floods.map(([from]) => from),
        );
        try {
          await sleep(300);
          // up, but not known to its node's rules yet: closed to all
          expect(counters.map((one) => one.count())).toEqual([0, 0, 0, 0, 0]);
          await lab.tell(after);
          await sleep(300);
          const counts = counters.map((one) => one.count());
          console.log(`${sent} SYNs sent, ${counts[4]} arrived, all of them from the pod that may`);
          expect(counts.slice(0, 4)).toEqual([0, 0, 0, 0]);
          expect(counts[4]).toBeGreaterThan(100);
        } finally {
          await remove();
        }
      } finally {
        over.abort();
        await Promise.all(flooding);
        await lab.tell(before);
      }
      expect(sent).toBeGreaterThan(2000);
    },
  );

  /** A pod as the lab makes it, with a count of arrivals from each of these before its link exists. */
  async function makePod(
    pod: ReturnType<EnforcedLab['pod']>,
    from: readonly string[],
  ): Promise<{ counters: Counter[]; readonly remove: () => Promise<void> }> {
    const name = namespaceName.pod(lab.net.network.lab, pod.key);
    await runLinkBatch([`netns add ${name}`]);
    const netns = namespacePath(name);
    const wiring = podWiring(pod);
    await setSysctls(wiring.settings, { netns });
    const counters = from.map((id) => {
      const own = id === 'outside' ? OUTSIDE : ([4, 6] as const).map((f) => lab.address(id, f));
      return sumOf(own.map((one) => countArrivals(netns, one, 'tcp flags & (syn | ack) == syn')));
    });
    const home = lab.cluster.nodes.find(({ node }) => node.name === pod.pod.node)!;
    await runLinkBatch(wiring.links.slice(0, 1), { netns });
    await runLinkBatch(podLinkWiring(home, pod, name), { netns: lab.netns('node/n1') });
    await runLinkBatch(wiring.links.slice(1), { netns });
    return { counters, remove: () => runLinkBatch([`netns del ${name}`]) };
  }
});

/** Where the outside host connects from when nothing else is said. */
const OUTSIDE: readonly Address[] = [
  { family: 4, value: 0xcb00_7107n },
  { family: 6, value: 0x2001_0db8_0000_0000_0000_0000_0000_0007n },
];

function sumOf(counters: readonly Counter[]): Counter {
  return {
    count: () => counters.reduce((sum, one) => sum + one.count(), 0),
    close: () => counters.forEach((one) => one.close()),
  };
}

describe.skipIf(why !== undefined)('an address that goes from pod to pod', () => {
  let lab: EnforcedLab;
  const policies = [ingress('a', { from: [pods('b'), pods('c')], ports: PORTS })];
  const first = podObject('first', 'n1', { app: 'a' }, 'stranger');
  const second = podObject('second', 'n1', { app: 'late' }, 'stranger');

  beforeAll(async () => {
    lab = await EnforcedLab.open(smallCluster(policies, [first]));
  });
  afterAll(() => lab?.close());

  test('S20 what was a connection to a pod is none to the next pod of its address', async () => {
    const { network } = lab.net;
    const address = lab.address('x/first', 4);
    const streams = await Promise.all(
      ['x/b', 'x/c'].map((client, i) =>
        lab.stream(client, 'x/first', 'datagrams', { port: 7010 + i }),
      ),
    );
    const clients = [lab.address('x/b'), lab.address('x/c')];
    const one = lab.pod('x/first');
    await lab.tell(smallCluster(policies));
    await network.removePods([one], lab.cluster);
    const closed = [...policies, ingress('late')];
    await lab.tell(smallCluster(closed, [second]));
    const next = lab.pod('x/second');
    expect(next.pod.addresses).toContainEqual(address);
    await network.addPods([next], lab.cluster);
    const counters = clients.map((from) => countArrivals(lab.netns('x/second'), from));
    const sent = streams.map((stream) => stream.sent);
    await sleep(200);
    expect(streams.every((stream, i) => stream.sent > sent[i]! + 50)).toBe(true);
    expect(counters.map((counter) => counter.count())).toEqual([0, 0]);
    // they were on their way all the time: once allowed they arrive
    const opened = [...policies, ingress('late', { from: [pods('b')] })];
    await lab.tell(smallCluster(opened, [second]));
    await sleep(100);
    expect(counters.map((counter) => counter.count() > 0)).toEqual([true, false]);
    for (const stream of streams) stream.close();
  });
});
