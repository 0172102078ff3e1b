import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Attempt } from '../../src/lab/sockets/attempt.ts';
import { whyNoPackets } from '../arena/able.ts';
import { countArrivals } from '../arena/counter.ts';
import { EnforcedLab } from '../arena/enforced-lab.ts';
import { egress, ingress, pods, podObject, smallCluster, tier } from '../packet/small-cluster.ts';

/** How often policies change while packets are sent. */
const CHANGES = 300;
const RESTARTS = 40;
/** How many forbidden packets are sent meanwhile, at least. */
const PACKETS = 5000;

const STREAM = [{ protocol: 'UDP', port: 7000 }];
/** c may always send to a on 7000; b may never on 80. */
const ALWAYS = { from: [pods('c')], ports: STREAM };

/** Two states that take turns; what they say of others than b and c differs. */
interface Turns {
  readonly what: string;
  readonly one: readonly object[];
  readonly other: readonly object[];
  /** Stands in for the pod of its name in the other state. */
  readonly pod?: object;
}

const BY_LABEL = ingress('a', ALWAYS, {
  from: [{ podSelector: { matchLabels: { role: 'x' } } }],
  ports: [{ port: 9 }],
});

const TURNS: readonly Turns[] = [
  {
    what: 'the rules',
    one: [ingress('a', ALWAYS)],
    other: [ingress('a', ALWAYS, { ports: [{ port: 1, endPort: 79 }] })],
  },
  {
    what: 'the ports of a peer',
    one: [ingress('a', ALWAYS, { from: [pods('d')] })],
    other: [ingress('a', ALWAYS, { from: [pods('d')], ports: [{ port: 9 }] })],
  },
  {
    what: 'blocks of addresses',
    one: [ingress('a', ALWAYS, { from: [{ ipBlock: { cidr: '203.0.113.0/24' } }] })],
    other: [
      ingress('a', ALWAYS, {
        from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.244.0.0/16'] } }],
      }),
    ],
  },
  {
    what: 'egress of the client',
    one: [ingress('a', ALWAYS), egress('b', { to: [pods('d')] })],
    other: [ingress('a', ALWAYS), egress('b', { ports: [{ port: 1 }] })],
  },
  {
    what: 'the labels of the client',
    one: [BY_LABEL],
    other: [BY_LABEL],
    pod: podObject('b', 'n1', { app: 'b', role: 'x' }),
  },
];

const ONLY_C = [{ action: 'Accept', app: 'c' }, { action: 'Deny' }] as const;
const ADMIN = tier('Admin', 'ingress', 'a', ...ONLY_C);

const TIER_TURNS: readonly Turns[] = [
  { what: 'the Admin tier for NetworkPolicies', one: [ingress('a', ALWAYS)], other: [ADMIN] },
  {
    what: 'the Baseline tier for NetworkPolicies',
    one: [ingress('a', ALWAYS)],
    other: [tier('Baseline', 'ingress', 'a', ...ONLY_C)],
  },
  {
    what: 'Pass for Accept',
    one: [ADMIN],
    other: [
      tier('Admin', 'ingress', 'a', { action: 'Pass', app: 'c' }, { action: 'Deny' }),
      ingress('a', ALWAYS),
    ],
  },
  {
    what: 'a Deny of the client',
    one: [ADMIN],
    other: [tier('Admin', 'egress', 'b', { action: 'Deny' })],
  },
];

const why = whyNoPackets();
if (why !== undefined) console.log(`policies do not change under traffic: ${why}`);

describe.skipIf(why !== undefined)('while policies change', () => {
  let lab: EnforcedLab;

  beforeAll(async () => {
    lab = await EnforcedLab.open(smallCluster([ingress('a', ALWAYS)]));
  });
  afterAll(() => lab?.close());

  test.each([...TURNS, ...TIER_TURNS])(
    'L12 nothing passes that both states forbid, nothing is lost that both allow: $what changes',
    { timeout: 120_000 },
    async ({ one, other, pod }) => {
      const states = [smallCluster(one), smallCluster(other, pod === undefined ? [] : [pod])];
      await lab.tell(states[0]!);
      await underTraffic(CHANGES, 'changes', (i) => lab.tell(states[(i + 1) % 2]!));
    },
  );

  test(
    'L9 an agent that begins again opens nothing and cuts nothing',
    { timeout: 120_000 },
    async () => {
      await lab.tell(smallCluster([ingress('a', ALWAYS)]));
      await underTraffic(RESTARTS, 'restarts', () => lab.restart());
    },
  );

  test(
    'L12 nothing passes when the rules ask the tiers for the first time',
    { timeout: 120_000 },
    async () => {
      const [before, after] = [[ingress('a', ALWAYS)], [ADMIN]].map((own) => smallCluster(own));
      await lab.tell(before!);
      await underTraffic(RESTARTS, 'times the first cluster policy', async () => {
        await lab.restart();
        await lab.tell(after!);
        await lab.tell(before!);
      });
    },
  );

  /**
   * Does something at least so many times while b sends what is forbidden and c what is allowed, all the
   * time, and until enough has been sent.
   */
  async function underTraffic(
    least: number,
    what: string,
    happen: (i: number) => Promise<unknown>,
  ): Promise<void> {
    const stream = await lab.stream('x/c', 'x/a', 'datagrams', { port: 7000 });
    const counters = ([4, 6] as const).map((family) =>
      countArrivals(lab.netns('x/a'), lab.address('x/b', family)),
    );
    const over = new AbortController();
    let sent = 0;
    const flooding = (async () => {
      while (!over.signal.aborted) {
        const attempts = Array.from({ length: 100 }, (_, i): Attempt => ({
          from: 'x/b',
          to: lab.address('x/a', i % 2 === 0 ? 4 : 6),
          protocol: i % 4 < 2 ? 'UDP' : 'TCP',
          port: 80,
          predicted: 'denied',
        }));
        await lab.net.traffic.probe(attempts, { patienceMs: 1 });
        sent += attempts.length;
      }
    })();
    let times = 0;
    const isEnough = (): boolean => times >= least && sent >= PACKETS;
    while (!isEnough()) {
      await happen(times++);
      // who sends has its turn
      await nextTurn();
    }
    over.abort();
    await flooding;
    stream.stop();
    await sleep(50);
    const arrived = counters.map((counter) => counter.count());
    const lost = stream.sent - stream.received;
    for (const counter of counters) counter.close();
    stream.close();
    console.log(
      `${times} ${what}: ${sent} forbidden packets sent, ${arrived.join(' and ')} arrived; ${lost} of ${stream.sent} allowed ones lost`,
    );
    expect(arrived).toEqual([0, 0]);
    expect(lost).toBe(0);
  }
});
