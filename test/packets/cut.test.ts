import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stream, StreamMode } from '../../src/lab/sockets/stream.ts';
import { whyNoPackets } from '../arena/able.ts';
import { EnforcedLab } from '../arena/enforced-lab.ts';
import { ingress, pods, smallCluster } from '../packet/small-cluster.ts';

const MODES: readonly StreamMode[] = ['echo', 'client-push', 'server-push', 'datagrams'];

/** Of each mode, half within a node and half across two; all modes at once, so that one stall of the machine is four. */
const TRIALS = 200;
/** A stream that is cut has been silent for so long. */
const SILENT_MS = 60;

/** Every stream has a port of its own. */
const PORTS = ['TCP', 'UDP'].map((protocol) => ({ protocol, port: 7000, endPort: 7099 }));

const ALLOW = ingress('a', { from: [pods('b'), pods('c')], ports: PORTS });
const OPEN = smallCluster([ALLOW]);
/** b and c may no longer, d may instead. */
const CLOSED = smallCluster([ingress('a', { from: [pods('d')], ports: PORTS })]);

const why = whyNoPackets();
if (why !== undefined) console.log(`live connections are not cut: ${why}`);

describe.skipIf(why !== undefined)('live connections', () => {
  let lab: EnforcedLab;

  beforeAll(async () => {
    lab = await EnforcedLab.open(OPEN);
  });
  afterAll(() => lab?.close());

  test(
    'L6 what a change forbids stops: echo, client-push, server-push and one-way UDP',
    { timeout: 300_000 },
    async () => {
      const delays: Record<string, number[]> = {};
      for (let trial = 0; trial < TRIALS; trial++) {
        const client = trial % 2 === 0 ? 'x/b' : 'x/c';
        const family = trial % 4 < 2 ? 4 : 6;
        await lab.tell(OPEN);
        const streams = await Promise.all(
          MODES.map((mode, i) => lab.stream(client, 'x/a', mode, { family, port: 7000 + i })),
        );
        await sleep(5);
        const began = performance.now();
        await lab.tell(CLOSED);
        await silence(streams);
        streams.forEach((stream, i) => {
          (delays[MODES[i]!] ??= []).push(Math.max(0, stream.lastData - began));
          stream.close();
        });
      }
      const all = Object.values(delays).flat();
      for (const [mode, own] of Object.entries(delays))
        console.log(`${mode}: ${formatDelays(own)}`);
      console.log(`all ${all.length} trials: ${formatDelays(all)}`);
      expect(all).toHaveLength(TRIALS * MODES.length);
      expect(quantile(all, 0.99)).toBeLessThan(50);
    },
  );

  test(
    'L6 a stream that stays allowed loses nothing in 1,000 updates of policies around it',
    { timeout: 300_000 },
    async () => {
      // each change narrows something of the same pod, of its peer, or of another
      const others = [
        [ingress('b', { from: [pods('d')] })],
        [ingress('d')],
        [ingress('c', { from: [pods('a')], ports: PORTS }), ingress('b')],
        [],
      ];
      await lab.tell(smallCluster([ALLOW]));
      const streams = await Promise.all(
        MODES.flatMap((mode, i) =>
          (['x/b', 'x/c'] as const).map((client, k) =>
            lab.stream(client, 'x/a', mode, { family: k === 0 ? 4 : 6, port: 7000 + 2 * i + k }),
          ),
        ),
      );
      const began = performance.now();
      for (let update = 0; update < 1000; update++) {
        await lab.tell(smallCluster([ALLOW, ...others[update % others.length]!]));
      }
      const took = performance.now() - began;
      for (const stream of streams) stream.stop();
      await sleep(100);
      const told = streams.map(({ sent, received, fault }) => ({ lost: sent - received, fault }));
      console.log(
        `1,000 updates in ${took.toFixed(0)} ms, ${streams.reduce((sum, { sent }) => sum + sent, 0)} pieces arrived`,
      );
      for (const stream of streams) stream.close();
      expect(told).toEqual(streams.map(() => ({ lost: 0, fault: undefined })));
    },
  );
});

async function silence(streams: readonly Stream[]): Promise<void> {
  const until = performance.now() + 2000;
  while (performance.now() < until) {
    const last = Math.max(...streams.map(({ lastData }) => lastData));
    if (performance.now() - last > SILENT_MS) return;
    await sleep(5);
  }
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}

function formatDelays(values: readonly number[]): string {
  const [p50, p99, most] = [0.5, 0.99, 1].map((q) => quantile(values, q).toFixed(1));
  return `cut after p50 ${p50} ms, p99 ${p99} ms, at most ${most} ms`;
}
