import { describe, expect, test } from 'vitest';
import { sluice } from '../cli-console.ts';

const SHOP = ['-f', 'examples/three-tier'];

interface Reachability {
  readonly connections: { readonly from: string; readonly to: string }[];
}

async function pairs(words: readonly string[], stdin = ''): Promise<string[]> {
  const { stdout } = await sluice(['reach', ...words, '--expand', '-o', 'json'], stdin);
  return (JSON.parse(stdout) as Reachability).connections.map(({ from, to }) => `${from} → ${to}`);
}

describe('sluice reach', () => {
  test('--from and --to take the names explain takes', async () => {
    expect(await pairs([...SHOP, '--from', 'shop/api', '--to', 'shop/*'])).toEqual([
      'shop/Deployment/api → shop/StatefulSet/db',
    ]);
    expect(await pairs([...SHOP, '--from', '203.0.113.5', '--to', 'shop/web'])).toHaveLength(1);
  });

  test('a pod of a workload by itself stands for the endpoint it is in', async () => {
    const pod = (name: string, ip: string): string => `
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: x
  ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web-1, controller: true, uid: u }]
spec: { containers: [{ name: main, image: "web:1" }] }
status: { podIPs: [{ ip: ${ip} }] }
`;
    const input = `${pod('a', '10.0.0.1')}---${pod('b', '10.0.0.2')}`;
    const byName = await pairs(['-f', '-', '--from', 'x/Pod/a', '--to', 'x/web-1'], input);
    expect(byName).toEqual(['x/ReplicaSet/web-1 → x/ReplicaSet/web-1']);
    expect(await pairs(['-f', '-', '--from', '10.0.0.2', '--to', 'x/web-1'], input)).toEqual(
      byName,
    );
  });

  test('--port and --direction narrow it', async () => {
    expect(await pairs([...SHOP, '--port', '3306'])).toEqual([
      'shop/Deployment/api → shop/StatefulSet/db',
    ]);
    expect(
      await pairs(['-f', 'examples/lessons/16-policy-types', '--direction', 'egress']),
    ).not.toEqual([]);
  });

  test('--changed-by shows what a policy changes', async () => {
    const changed = await pairs([...SHOP, '--changed-by', 'shop/db']);
    expect(changed).toContain('shop/Deployment/api → shop/StatefulSet/db');
    expect(changed).not.toContain('shop/Deployment/web → shop/Deployment/api');
  });

  test.each([
    ['--from', 'shop/nobody', 'there is no `shop/nobody`'],
    ['--from', 'domain/www.example.com', 'cannot connect: a name says where to'],
    ['--from', 'nowhere/*', 'there is no namespace `nowhere`'],
    ['--to', 'svc/shop/api', 'a map has pods, not Services'],
    ['--by', 'colour', 'write workload, namespace or label=KEY'],
    ['--port', 'http', '`http` is not a port'],
    ['--changed-by', 'shop/none', 'there is no NetworkPolicy `shop/none`'],
    ['--output', 'png', "'png' is invalid"],
  ])('%s %s: exit 2', async (option, value, message) => {
    const ran = await sluice(['reach', ...SHOP, option, value]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(message);
  });
});
