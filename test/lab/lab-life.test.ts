import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LAB_PREFIX, LabHome, USERS, eventually } from './lab-user.ts';
import type { Ended } from './lab-user.ts';

const SHOP = path.resolve('examples/three-tier');
const LAB = `${LAB_PREFIX}-shop`;

/** Asks for one line over TCP and prints it, or what went wrong; exit 0 and 1. */
const ASK = `
const [host, port] = process.argv.slice(-2);
const socket = require('net').connect({ host, port: Number(port), timeout: 1500 });
const end = (code, text) => { console.log(text); process.exit(code); };
socket.on('connect', () => socket.write('who\\n'));
socket.on('data', (line) => end(0, line.toString().trim()));
socket.on('timeout', () => end(1, 'silent'));
socket.on('error', (error) => end(1, error.code));
`;

describe.each(USERS)('a lab of $name', (user) => {
  let home: LabHome;

  beforeAll(() => {
    if (user.leftOut === undefined) home = new LabHome(user);
  });

  afterAll(async () => {
    if (user.leftOut !== undefined) return;
    await home.run('down', '--name', LAB);
    home.close();
  });

  const exec = (who: string, ...words: string[]): Promise<Ended> =>
    home.run('exec', who, '--name', LAB, '--', ...words);
  const ask = (who: string, host: string, port: number): Promise<Ended> =>
    exec(who, process.execPath, '-e', ASK, host, String(port));

  test.skipIf(user.leftOut)('is up within seconds', async () => {
    const { code, stdout, stderr } = await home.run('up', '-f', SHOP, '--name', LAB);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('2 nodes, 8 pods, 6 policies');
  });

  test.skipIf(user.leftOut)('tells its pods, and that all is well', async () => {
    const { code, stdout } = await home.run('status', '--name', LAB, '-o', 'json');
    const status = JSON.parse(stdout) as { pods: { name: string }[]; faults: string[] };
    expect(status.faults).toEqual([]);
    expect(status.pods.map(({ name }) => name)).toContain('db-0');
    expect(code).toBe(0);
  });

  test.skipIf(user.leftOut)('runs programs in pods, which know their own name', async () => {
    const { code, stdout } = await exec('shop/web-1', 'sh', '-c', 'hostname; exit 7');
    expect(stdout).toBe('web-1\n');
    expect(code).toBe(7);
  });

  test.skipIf(user.leftOut)('a workload stands for its first pod', async () => {
    expect((await exec('shop/web', 'hostname')).stdout).toBe('web-1\n');
  });

  test.skipIf(user.leftOut)('a program a signal ended has the status a shell tells', async () => {
    expect((await exec('shop/web-1', 'sh', '-c', 'kill -9 $$')).code).toBe(137);
  });

  test.skipIf(user.leftOut)('an allowed connection by a name is answered', async () => {
    const { stdout } = await ask('shop/api-1', 'db.shop.svc.cluster.local', 3306);
    expect(stdout).toMatch(/^shop\/db-0 /);
  });

  test.skipIf(user.leftOut)('a short name is found as pods find it', async () => {
    expect((await ask('shop/api-1', 'db', 3306)).code).toBe(0);
  });

  test.skipIf(user.leftOut)('a denied one is met with silence', async () => {
    expect((await ask('shop/web-1', 'db', 3306)).stdout).toBe('silent\n');
  });

  test.skipIf(user.leftOut)('nodes and the outside are places, too', async () => {
    expect((await exec('node/node-1', 'hostname')).stdout).toBe('node-1\n');
    expect((await exec('outside', 'hostname')).stdout).toBe('outside\n');
  });

  test.skipIf(user.leftOut)('a change is in force when the command returns', async () => {
    const file = path.join(home.folder, 'open.yaml');
    writeFileSync(file, OPEN);
    const opened = await home.run('apply', '-f', file, '--name', LAB);
    expect(opened.stdout).toMatch(
      /^policy shop\/open added, pod shop\/guest added; in force everywhere in \d+\.\d ms, \d+ ms in all\n$/,
    );
    expect((await ask('shop/guest', 'db.shop', 3306)).code).toBe(0);
    const closed = await home.run('apply', '-f', SHOP, '--prune', '--name', LAB);
    expect(closed.stdout).toContain('policy shop/open removed, pod shop/guest removed');
    expect((await exec('shop/guest', 'true')).stderr).toContain('there is no pod `shop/guest`');
    const again = await home.run('apply', '-f', SHOP, '--prune', '--name', LAB);
    expect(again.stdout).toBe('nothing is different\n');
  });

  test.skipIf(user.leftOut)('the packets do as the engine says', async () => {
    const { code, stdout } = await home.run(
      'probe',
      '--name',
      LAB,
      '--from',
      'shop/web',
      '-o',
      'json',
    );
    const probe = JSON.parse(stdout) as { agrees: boolean; connections: { agrees: boolean }[] };
    expect(probe.connections.filter(({ agrees }) => !agrees)).toEqual([]);
    expect(probe.connections.length).toBeGreaterThan(50);
    expect(code).toBe(0);
  });

  test.skipIf(user.leftOut)('a difference is explained, and the packet followed', async () => {
    const drop =
      'add table inet foreign; add chain inet foreign stop { type filter hook forward priority 0; }; add rule inet foreign stop tcp dport 5000 drop';
    const nodes = ['node/node-1', 'node/node-2'];
    for (const node of nodes) await exec(node, 'nft', drop);
    const words = ['--direct', '--from', 'shop/web-1', '--to', 'shop/api-1', '--port', '5000'];
    const { code, stdout, stderr } = await home.run('probe', '--name', LAB, ...words);
    for (const node of nodes) await exec(node, 'nft', 'delete table inet foreign');
    expect(code).toBe(1);
    expect(stdout).toContain('2 not as the engine says');
    expect(stderr).toContain('the engine says allowed, the packet was silent');
    expect(stderr).toContain('ingress of shop/api-1: allowed by');
    expect(stderr).toMatch(/trace on node-\d of a packet to .*\n {2}packet: .* tcp dport 5000/);
    expect(stderr).toContain('foreign stop rule tcp dport 5000 drop (verdict drop)');
  });

  test.skipIf(user.leftOut)('a denied connection is told with its reason and the fix', async () => {
    const child = home.start(['watch', '--name', LAB, '-o', 'json']);
    let told = '';
    child.stdout!.on('data', (piece: Buffer) => (told += piece.toString()));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await ask('shop/web-1', 'db', 3306);
    expect(await eventually(() => told.includes('\n'))).toBe(true);
    child.kill('SIGTERM');
    await new Promise((resolve) => child.on('close', resolve));
    expect(JSON.parse(told.split('\n')[0]!)).toMatchObject({
      kind: 'DeniedConnection',
      by: 'egress',
      explanation: {
        from: 'shop/web-1',
        to: 'shop/db-0',
        port: { protocol: 'TCP', number: 3306 },
        verdict: 'denied',
        fix: { manifest: expect.stringContaining('allow-web-to-db') },
      },
    });
  });

  test.skipIf(user.leftOut)('a foreign flush is repaired, policies and Services', async () => {
    await exec('node/node-1', 'nft', 'flush', 'ruleset');
    await exec('node/node-2', 'nft', 'flush', 'ruleset');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await ask('shop/web-1', 'db.shop', 3306)).stdout).toBe('silent\n');
    expect((await ask('shop/web-1', 'api.shop', 5000)).code).toBe(0);
  });

  test.skipIf(user.leftOut)(
    'outlives the process that serves it, and is taken up again',
    async () => {
      const { daemon } = home.processes(LAB);
      process.kill(daemon, 'SIGKILL');
      const dead = await home.run('status', '--name', LAB);
      expect(dead.code).toBe(4);
      expect(dead.stderr).toContain(`the process of lab \`${LAB}\` has died`);
      // The rules are the kernel's: what was denied still is.
      expect((await exec('shop/web-1', 'hostname')).code).toBe(0);
      const up = await home.run('up', '--name', LAB);
      expect(up.code).toBe(0);
      expect((await ask('shop/api-1', 'db', 3306)).code).toBe(0);
      expect((await ask('shop/web-1', 'db', 3306)).stdout).toBe('silent\n');
    },
  );

  test.skipIf(user.leftOut)('two labs have the same addresses and never meet', async () => {
    const other = `${LAB_PREFIX}-other`;
    expect((await home.run('up', '-f', SHOP, '--name', other, '--nodes', '3')).code).toBe(0);
    expect((await home.run('status')).stderr).toContain('there are several labs');
    expect((await home.run('list')).stdout.split('\n')).toHaveLength(3);
    expect((await home.run('down', '--name', other)).code).toBe(0);
    expect((await ask('shop/api-1', 'db', 3306)).code).toBe(0);
  });

  test.skipIf(user.leftOut)('is not begun twice', async () => {
    const { code, stderr } = await home.run('up', '-f', SHOP, '--name', LAB);
    expect(code).toBe(2);
    expect(stderr).toContain(`lab \`${LAB}\` is up`);
  });

  test.skipIf(user.leftOut)('leaves nothing behind, not even what runs in it', async () => {
    const sleeper = home.start(['exec', 'shop/web-1', '--name', LAB, '--', 'sleep', '1000']);
    const ended = new Promise((resolve) => sleeper.on('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { code, stdout } = await home.run('down', '--name', LAB);
    expect(stdout).toBe(`lab \`${LAB}\` is down\n`);
    expect(code).toBe(0);
    await ended;
    expect(home.leftovers().filter((left) => left !== 'open.yaml')).toEqual([]);
  });

  test.skipIf(user.leftOut)('is removed after a crash, too', async () => {
    expect((await home.run('up', '-f', SHOP, '--name', LAB)).code).toBe(0);
    process.kill(home.processes(LAB).daemon, 'SIGKILL');
    expect((await home.run('down')).code).toBe(0);
    expect(home.leftovers().filter((left) => left !== 'open.yaml')).toEqual([]);
  });

  test.skipIf(user.leftOut)('an input that does not fit leaves nothing behind', async () => {
    const { code, stderr } = await home.run(
      'up',
      '-f',
      SHOP,
      '--name',
      LAB,
      '--pod-cidr',
      '10.0.0.0/30',
    );
    expect(code).toBe(2);
    expect(stderr).toContain('the pod network 10.0.0.0/30 is too small for 2 nodes');
    expect(home.leftovers().filter((left) => left !== 'open.yaml')).toEqual([]);
  });

  test.skipIf(user.leftOut)('a beginning that is interrupted leaves nothing behind', async () => {
    const child = home.start(['up', '-f', SHOP, '--name', LAB]);
    const ended = new Promise((resolve) => child.on('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill('SIGINT');
    await ended;
    await home.run('down', '--name', LAB);
    expect(home.leftovers().filter((left) => left !== 'open.yaml')).toEqual([]);
  });
});

const OPEN = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: open, namespace: shop }
spec:
  podSelector: { matchLabels: { guest: "yes" } }
  policyTypes: [Egress]
  egress: [{}]
---
apiVersion: v1
kind: Pod
metadata: { name: guest, namespace: shop, labels: { app: api, guest: "yes" } }
spec:
  containers: [{ name: guest, ports: [{ containerPort: 5000 }] }]
`;
