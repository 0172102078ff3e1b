import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LAB_PREFIX, LabHome, USERS } from './lab-user.ts';

const LAB = `${LAB_PREFIX}-names`;

/** One pod that may ask for names, and reach nothing but what one of them leads to. */
const INPUT = `apiVersion: v1
kind: Pod
metadata: { name: a, namespace: x, labels: { app: a } }
spec: { containers: [{ name: main }] }
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: names }
spec:
  tier: Admin
  priority: 1
  subject: { namespaces: { matchLabels: { kubernetes.io/metadata.name: x } } }
  egress:
    - { action: Accept, to: [{ namespaces: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }] }
    - { action: Accept, to: [{ domainNames: ['*.example.com'] }] }
    - { action: Deny, to: [{ networks: ['0.0.0.0/0', '::/0'] }] }
`;

/** Looks a name up, connects once, and again when the name has ended; then the first connection is used. */
const PROGRAM = `
const { lookup } = require('dns').promises;
const net = require('net');
const connect = (host) => new Promise((resolve) => {
  const socket = net.connect({ host, port: 443, timeout: 1500 });
  socket.on('connect', () => {
    socket.setTimeout(0).removeAllListeners('timeout');
    resolve(socket);
  });
  socket.on('timeout', () => (socket.destroy(), resolve('silent')));
  socket.on('error', ({ code }) => resolve(code));
});
const say = (socket) => new Promise((resolve) => {
  if (typeof socket === 'string') return resolve(socket);
  if (socket.destroyed) return resolve('closed');
  socket.setTimeout(1500);
  socket.on('timeout', () => resolve('silent'));
  socket.once('data', () => {
    socket.setTimeout(0).removeAllListeners('timeout');
    resolve('answered');
  });
  socket.once('close', () => resolve('closed'));
  socket.write('who\\n');
});
(async () => {
  const other = await connect('198.18.0.9');
  const { address } = await lookup('api.example.com', { family: 4 });
  const first = await connect(address);
  const before = await say(await connect(address));
  await new Promise((resolve) => setTimeout(resolve, 6500));
  const again = await say(await connect(address));
  const after = await say(first);
  console.log(JSON.stringify({ other, address, before, again, after }));
  process.exit(0);
})().catch((error) => { console.log(String(error)); process.exit(1); });
`;

describe.each(USERS)('names in a lab of $name', (user) => {
  let home: LabHome;

  beforeAll(() => {
    if (user.leftOut === undefined) home = new LabHome(user);
  });
  afterAll(async () => {
    if (user.leftOut !== undefined) return;
    await home.run('down', '--name', LAB);
    home.close();
  });

  test.skipIf(user.leftOut)(
    'C23 an answer opens its addresses while it may be kept, and connections go on',
    { timeout: 60_000 },
    async () => {
      const file = path.join(home.folder, 'names.yaml');
      writeFileSync(file, INPUT);
      const up = await home.run('up', '-f', file, '--name', LAB);
      expect(up.stderr).toBe('');
      const words = ['--', process.execPath, '-e', PROGRAM];
      const { stdout, stderr } = await home.run('exec', 'x/a', '--name', LAB, ...words);
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({
        other: 'silent',
        before: 'answered',
        again: 'silent',
        after: 'answered',
      });
    },
  );
});
