import { mkdirSync, writeFileSync } from 'node:fs';
import { serialize } from 'node:v8';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leftOut, removeNamespacesAfterAll, testNamespace } from '../kernel/host.ts';
import { SERVER, UdpSocket, layWire } from '../kernel/wire.ts';
import { DENY, clusterOf } from './cluster.ts';
import { loneProgram, run } from './lone-program.ts';
import type { LoneProgram } from './lone-program.ts';

removeNamespacesAfterAll();

describe.skipIf(leftOut !== undefined)('without koffi', () => {
  let program: LoneProgram;
  beforeAll(async () => {
    program = await loneProgram('without-koffi-program.ts');
    // Found before that of the project.
    const koffi = `${program.folder}/node_modules/koffi`;
    mkdirSync(koffi, { recursive: true });
    writeFileSync(`${koffi}/index.js`, 'throw new Error("not for this machine");');
    return () => program.remove();
  });

  test('policies are enforced, and what is missing is said', async () => {
    const wire = await layWire();
    const file = `${program.folder}/cluster`;
    writeFileSync(file, serialize(clusterOf({ a: DENY })));
    const { stdout, stderr } = await run(program, [wire.router, file]);
    expect(stderr).toBe('');
    const told = Object.assign(
      {},
      ...stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ) as Record<string, unknown>;
    expect(told).toEqual({
      preflight: ['no-koffi'],
      denyLog: expect.stringMatching(
        /^the optional package `koffi` cannot be loaded \(not for this machine\).*deny events.*not available.*`npm install koffi`$/,
      ) as string,
      backend: 'nft',
      started: ['unwatched', 'applied'],
      repaired: expect.any(Number) as number,
    });
    expect(told['repaired']).toBeLessThan(1500);
    const [client, server] = [new UdpSocket(wire.client), new UdpSocket(wire.server, 7000)];
    client.send(SERVER, 7000);
    expect(server.received()).toBe(0);
    client.close();
    server.close();
  });
});

describe.skipIf(leftOut !== undefined)('a process that watches and reads events', () => {
  let program: LoneProgram;
  beforeAll(async () => {
    program = await loneProgram('ending-program.ts');
  });
  afterAll(() => program?.remove());

  test.each(['exit', 'close'])('ends at once: %s', async (way) => {
    const { stdout, stderr, ending } = await run(program, [await testNamespace(), way]);
    expect([stdout, stderr]).toEqual(['ending\n', '']);
    // Blocked threads would keep it for as long as they wait, a second and more.
    expect(ending).toBeLessThan(700);
  });
});
