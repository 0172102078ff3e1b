import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { serialize } from 'node:v8';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Enforcer } from '../../src/agent/enforcer.ts';
import { changesBetween } from '../../src/compile/matrix/change.ts';
import type { Nft } from '../../src/kernel/nft/nft.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { leftOut, removeNamespacesAfterAll } from '../kernel/host.ts';
import { contentOf } from '../kernel/listing.ts';
import type { Content } from '../kernel/listing.ts';
import { SERVER, UdpSocket, layWire } from '../kernel/wire.ts';
import type { Wire } from '../kernel/wire.ts';
import type { Journey } from './crash-program.ts';
import { NEVER, STATES } from './crash-states.ts';
import { loneProgram } from './lone-program.ts';
import type { LoneProgram } from './lone-program.ts';
import { NODE } from './node.ts';

/** How often the process is killed. */
const KILLS = Number(process.env['SLUICE_KILLS'] ?? 200);
/** One in three comes within so many milliseconds of its start: on its way, or while it loads everything. */
const EARLY = 250;
/** The others within so many of its first change. */
const LATE = 60;

removeNamespacesAfterAll();

describe.skipIf(leftOut !== undefined)('killing the process that applies policies', () => {
  let wire: Wire;
  let nft: Nft;
  let client: UdpSocket;
  let program: LoneProgram;
  const servers = new Map<number, UdpSocket>();

  beforeAll(async () => {
    program = await loneProgram('crash-program.ts');
    const [first, other] = STATES.map(({ cluster }) => cluster) as [Cluster, Cluster];
    const journey: Journey = {
      first,
      forth: changesBetween(first, other),
      back: changesBetween(other, first),
    };
    writeFileSync(`${program.folder}/journey`, serialize(journey));
    wire = await layWire();
    nft = await openNft({ netns: wire.router });
    client = new UdpSocket(wire.client);
    for (const port of [...STATES.map(({ port }) => port), NEVER]) {
      servers.set(port, new UdpSocket(wire.server, port));
    }
  });
  afterAll(() => {
    program?.remove();
    nft?.close();
    client?.close();
    for (const server of servers.values()) server.close();
  });

  function reached(): number[] {
    return [...servers].flatMap(([port, server]) => {
      server.received();
      client.send(SERVER, port);
      return server.received() > 0 ? port : [];
    });
  }

  /** The number of elements and rules of everything that is in the table. */
  async function shape(): Promise<Record<string, number>> {
    const content: Content = (await contentOf(nft, 'sluice')) ?? {};
    return Object.fromEntries(
      Object.entries(content)
        .filter(([name]) => !/^(?:denied|unknown)/.test(name))
        .map(([name, held]) => [name, typeof held === 'number' ? held : held.length]),
    );
  }

  /** Starts an enforcer on the first state, and leaves its rules behind. */
  async function recover(): Promise<Record<string, number>> {
    const enforcer = new Enforcer(NODE, nft);
    await enforcer.start(STATES[0]!.cluster);
    await enforcer.close();
    return shape();
  }

  /** Starts the process, kills it at the point of that number, and counts what never may come through. */
  async function killOne(number: number): Promise<{ stage: string; leaks: number }> {
    const backend = number % 4 === 3 ? 'nft' : 'libnftables';
    const args = [program.path, wire.router, backend, `${program.folder}/journey`];
    const child = spawn(process.execPath, args);
    const ended = once(child, 'exit');
    // Spread evenly, and the same in each run.
    const point = (number * 0.618) % 1;
    let until = number % 3 === 0 ? performance.now() + point * EARLY : Infinity;
    let [stage, complaint, leaks] = ['before it had begun', '', 0];
    child.stdout.on('data', () => {
      stage = 'going to and fro';
      until = Math.min(until, performance.now() + point * LATE);
    });
    child.stderr.on('data', (piece: Buffer) => (complaint += piece.toString()));
    child.once('exit', () => (until = -Infinity));
    while (performance.now() < until) {
      client.send(SERVER, NEVER);
      leaks += servers.get(NEVER)!.received();
      await sleep(1);
    }
    child.kill('SIGKILL');
    await ended;
    expect(complaint).toBe('');
    // The nft program of a killed process goes on to its end.
    if (backend === 'nft') await sleep(40);
    return { stage, leaks };
  }

  test(
    `${KILLS} times at random points leaves the old or the new policy, and a restart repairs it`,
    async () => {
      const whole = await recover();
      const allowed = STATES.map(({ port }) => [port]);
      const found = new Map<string, number>();
      for (let number = 0; number < KILLS; number++) {
        const { stage, leaks } = await killOne(number);
        found.set(stage, (found.get(stage) ?? 0) + 1);
        expect(leaks).toBe(0);
        expect(allowed).toContainEqual(reached());
        const { gate, stamp, state, ...held } = await shape();
        expect([gate, stamp, state]).toEqual([whole['gate'], whole['stamp'], whole['state']]);
        expect(Object.keys(held).length).toBe(Object.keys(whole).length - 3);
        if (number % 20 === 19) {
          expect(await recover()).toEqual(whole);
          expect(reached()).toEqual(allowed[0]);
        }
      }
      console.log(`killed ${[...found].map(([stage, times]) => `${times} × ${stage}`).join(', ')}`);
      expect(await recover()).toEqual(whole);
    },
    KILLS * 2000,
  );
});
