import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LAB_PREFIX, LabHome, USERS } from './lab-user.ts';

const SHOP = path.resolve('examples/three-tier');
const LAB = `${LAB_PREFIX}-crash`;

/** Thirty more pods, isolated from each other. */
const MORE = `apiVersion: apps/v1
kind: Deployment
metadata: { name: a, namespace: more }
spec:
  replicas: 10
  template:
    metadata: { labels: { app: a } }
    spec: { containers: [{ name: c, ports: [{ containerPort: 80 }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: more }
spec: { podSelector: {} }
`;

/** When the process is killed, in milliseconds after a change was asked for; its own time is about 200. */
const MOMENTS = [
  [150, 'more pods'],
  [190, 'fewer pods'],
  [230, 'more pods'],
  [270, 'fewer pods'],
  [310, 'more pods'],
  [350, 'fewer pods'],
] as const;

describe.each(USERS)('a lab of $name whose process is killed in the middle of a change', (user) => {
  let home: LabHome;
  let more = '';

  beforeAll(async () => {
    if (user.leftOut !== undefined) return;
    home = new LabHome(user);
    more = path.join(home.folder, 'more.yaml');
    const three = ['a', 'b', 'c'].map((name) => MORE.replaceAll(/\ba\b/g, name));
    writeFileSync(more, three.join('---\n'));
    await home.run('up', '-f', SHOP, '--name', LAB);
  });

  afterAll(async () => {
    if (user.leftOut !== undefined) return;
    await home.run('down', '--name', LAB);
    home.close();
  });

  test.skipIf(user.leftOut).each(MOMENTS)(
    'after %i ms, on the way to %s, is as the engine says once it is taken up',
    async (moment, change) => {
      const { daemon } = home.processes(LAB);
      const words = change === 'more pods' ? ['-f', more] : ['-f', SHOP, '--prune'];
      const applying = home.run('apply', ...words, '--name', LAB);
      await sleep(moment);
      process.kill(daemon, 'SIGKILL');
      await applying;
      const up = await home.run('up', '--name', LAB);
      expect(up.stderr).toBe('');
      expect(up.code).toBe(0);
      const probe = await home.run('probe', '--name', LAB, '--direct');
      expect(probe.stdout).toContain('all as the engine says');
    },
  );
});
