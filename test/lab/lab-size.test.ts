import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LAB_PREFIX, LabHome, USERS } from './lab-user.ts';

/** Twenty workloads of five pods each, a third of which may talk to the next third. */
function manifests(): string {
  return Array.from({ length: 20 }, (_, i) => workload(i)).join('---\n');
}

function workload(i: number): string {
  const [name, namespace] = [`app-${i}`, `ns-${i % 4}`];
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: 5
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, tier: t${i % 3} } }
    spec: { containers: [{ name: c, ports: [{ containerPort: ${8000 + i}, name: http }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  podSelector: { matchLabels: { app: ${name} } }
  ingress:
    - from: [{ namespaceSelector: {}, podSelector: { matchLabels: { tier: t${(i + 1) % 3} } } }]
      ports: [{ port: http }]
`;
}

describe.each(USERS)('a lab of a hundred pods, of $name', (user) => {
  const name = `${LAB_PREFIX}-size`;
  let home: LabHome;

  beforeAll(() => {
    if (user.leftOut !== undefined) return;
    home = new LabHome(user);
    writeFileSync(path.join(home.folder, 'big.yaml'), manifests());
  });

  afterAll(async () => {
    if (user.leftOut !== undefined) return;
    await home.run('down', '--name', name);
    home.close();
  });

  test.skipIf(user.leftOut)('is up within 15 seconds', { timeout: 60_000 }, async () => {
    const began = performance.now();
    const file = path.join(home.folder, 'big.yaml');
    const { code, stdout, stderr } = await home.run(
      'up',
      '-f',
      file,
      '--name',
      name,
      '--nodes',
      '3',
    );
    expect(stderr).toBe('');
    expect(stdout).toContain('3 nodes, 101 pods, 20 policies');
    expect(code).toBe(0);
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  test.skipIf(user.leftOut)('does as the engine says', { timeout: 60_000 }, async () => {
    const words = ['--from', 'ns-1/app-1', '--to', 'ns-2/app-2', '--to', 'ns-3/app-3'];
    const { code, stdout } = await home.run('probe', '--name', name, ...words);
    expect(stdout).toContain('all as the engine says');
    expect(code).toBe(0);
  });
});
