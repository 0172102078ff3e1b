import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Attempt } from '../../src/lab/sockets/attempt.ts';
import { whyNoPackets } from '../arena/able.ts';
import { countArrivals } from '../arena/counter.ts';
import { EnforcedLab } from '../arena/enforced-lab.ts';
import { egress, ingress, podObject, pods, smallCluster, tier } from '../packet/small-cluster.ts';

const ROUNDS = 40;
/** Connections tried at a time. */
const KNOCKS = 16;
const BEGINS = 'tcp flags & (syn | ack) == syn';
const HTTP = [{ port: 80 }];

/** Two states: in one b may connect to a on 80, in the other it may not. */
interface Turns {
  readonly what: string;
  readonly open: readonly object[];
  readonly closed: readonly object[];
  /** Stands in for the pod of its name in the open state. */
  readonly pod?: object;
}

const BY_LABEL = ingress('a', { from: [{ podSelector: { matchLabels: { role: 'x' } } }] });

const TURNS: readonly Turns[] = [
  {
    what: 'the peers of a rule',
    open: [ingress('a', { from: [pods('b')], ports: HTTP })],
    closed: [ingress('a', { from: [pods('c')], ports: HTTP })],
  },
  {
    what: 'the ports of a rule',
    open: [ingress('a', { ports: [{ port: 1, endPort: 100 }] })],
    closed: [ingress('a', { ports: [{ port: 1, endPort: 79 }] })],
  },
  { what: 'isolation', open: [], closed: [ingress('a')] },
  {
    what: 'egress of the client',
    open: [ingress('c')],
    closed: [egress('b', { to: [pods('d')] })],
  },
  {
    what: 'the labels of the client',
    open: [BY_LABEL],
    closed: [BY_LABEL],
    pod: podObject('b', 'n1', { app: 'b', role: 'x' }),
  },
  {
    what: 'a Deny of the Admin tier',
    open: [],
    closed: [tier('Admin', 'ingress', 'a', { action: 'Deny' })],
  },
  {
    what: 'a Deny of the Baseline tier',
    open: [ingress('a', { from: [pods('b')] })],
    closed: [tier('Baseline', 'ingress', 'a', { action: 'Deny' })],
  },
];

const why = whyNoPackets();
if (why !== undefined) console.log(`connections are not remembered: ${why}`);

describe.skipIf(why !== undefined)('what is remembered of connections', () => {
  let lab: EnforcedLab;

  beforeAll(async () => {
    lab = await EnforcedLab.open(smallCluster([]));
  });
  afterAll(() => lab?.close());

  /** How many of b's connections come to an end of a pod. */
  async function knock(to: string): Promise<number> {
    const attempts = Array.from({ length: KNOCKS }, (_, i): Attempt => ({
      from: 'x/b',
      to: lab.address(to, i % 2 === 0 ? 4 : 6),
      protocol: 'TCP',
      port: 80,
      predicted: 'denied',
    }));
    const outcomes = await lab.net.traffic.probe(attempts, { patienceMs: 20 });
    return outcomes.filter(({ reached }) => reached).length;
  }

  async function remembered(): Promise<number> {
    const listed = JSON.stringify(
      await lab.net.nft.get('n1')!.list('list set inet sluice recent4'),
    );
    return listed.split('"concat"').length - 1;
  }

  test('what passed is remembered, by both ends and the port', async () => {
    await lab.tell(smallCluster([ingress('a', { from: [pods('b')], ports: HTTP })]));
    const before = await remembered();
    expect(await knock('x/a')).toBe(KNOCKS);
    expect(await remembered()).toBe(before + 1);
    expect(await knock('x/a')).toBe(KNOCKS);
    expect(await remembered()).toBe(before + 1);
    expect(await lab.passes('x/b', 'x/a', [{ protocol: 'TCP', port: 81 }])).toEqual([]);
    expect(await remembered()).toBe(before + 1);
  });

  test.each(TURNS)(
    'L6 nothing begins any more from the moment it is forbidden: $what changes',
    { timeout: 120_000 },
    async ({ open, closed, pod }) => {
      const states = [smallCluster(open, pod === undefined ? [] : [pod]), smallCluster(closed)];
      const counters = ([4, 6] as const).map((family) =>
        countArrivals(lab.netns('x/a'), lab.address('x/b', family), BEGINS),
      );
      const counts = (): number[] => counters.map((counter) => counter.count());
      try {
        for (let round = 0; round < ROUNDS; round++) {
          await lab.tell(states[0]!);
          expect(await knock('x/a')).toBe(KNOCKS);
          await lab.tell(states[1]!);
          const forbidden = counts();
          expect(await knock('x/a')).toBe(0);
          expect(counts()).toEqual(forbidden);
        }
      } finally {
        for (const counter of counters) counter.close();
      }
    },
  );

  test('S20 L1 what passed to a pod does not pass to the next one of its address', async () => {
    const first = podObject('first', 'n1', { app: 'first' }, 'stranger');
    const second = podObject('second', 'n1', { app: 'second' }, 'stranger');
    const { network } = lab.net;
    await lab.tell(smallCluster([], [first]));
    const one = lab.pod('x/first');
    await network.addPods([one], lab.cluster);
    expect(await knock('x/first')).toBe(KNOCKS);
    await lab.tell(smallCluster([]));
    await network.removePods([one], lab.cluster);
    // the rules do not know the pod yet, whose link is up
    await lab.tell(smallCluster([], [second]));
    const next = lab.pod('x/second');
    await lab.tell(smallCluster([]));
    await network.addPods([next], lab.cluster);
    const netns = lab.net.network.podPath(next);
    const counters = ([4, 6] as const).map((family) =>
      countArrivals(netns, lab.address('x/b', family), BEGINS),
    );
    const attempts = next.pod.addresses.flatMap((to): Attempt[] =>
      Array.from({ length: KNOCKS }, () => ({ from: 'x/b', to, protocol: 'TCP', port: 80 })),
    );
    const outcomes = await lab.net.traffic.probe(attempts, { patienceMs: 50 });
    expect(outcomes.filter(({ reached }) => reached)).toEqual([]);
    expect(counters.map((counter) => counter.count())).toEqual([0, 0]);
    await lab.tell(smallCluster([], [second]));
    await sleep(20);
    expect(await knock('x/second')).toBe(KNOCKS);
    await network.removePods([next], lab.cluster);
  });
});
