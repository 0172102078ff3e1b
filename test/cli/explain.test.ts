import { describe, expect, test } from 'vitest';
import { sluice } from '../cli-console.ts';

const SHOP = ['-f', 'examples/three-tier'];

describe('sluice explain', () => {
  test.each([
    ['allowed: exit 0', ['shop/api', 'shop/db', '3306'], 0],
    ['denied: exit 1', ['shop/web', 'shop/db', '3306'], 1],
    ['the port may say its protocol first', ['shop/web', 'svc/kube-system/kube-dns', 'UDP/53'], 0],
    ['or last', ['shop/web', 'svc/kube-system/kube-dns', '53/udp'], 0],
    ['without a port: the first one served', ['shop/web', 'shop/api'], 0],
    ['a kind in the name', ['shop/Deployment/web', 'shop/deployment/api', '5000'], 0],
    ['an address', ['203.0.113.7', 'shop/web', '80'], 0],
    ['an IPv6 address', ['2001:db8::7', 'shop/web', '80'], 0],
  ])('%s', async (_, words, code) => {
    expect((await sluice(['explain', ...words, ...SHOP])).code).toBe(code);
  });

  test.each([
    [
      'an unknown name, with the nearest',
      ['shop/wep', 'shop/db', '80', ...SHOP],
      'did you mean `shop/web`?',
    ],
    [
      'an unknown name, with nothing near',
      ['x/y', 'shop/db', '80', ...SHOP],
      'there is no `x/y` in the input',
    ],
    [
      'a bad port',
      ['shop/web', 'shop/db', '99999', ...SHOP],
      '`99999` is not a port; write 80, 53/UDP',
    ],
    ['no source', ['shop/web', 'shop/db', '80'], 'no source given'],
    [
      'a source that is not there',
      ['shop/web', 'shop/db', '80', '-f', 'nowhere'],
      'there is no file or folder `nowhere`',
    ],
    [
      'a bad pod network',
      ['shop/web', 'shop/db', '80', ...SHOP, '--pod-cidr', '10.0.0.0'],
      '--pod-cidr: `10.0.0.0` is not a CIDR',
    ],
  ])('%s: exit 2', async (_, words, message) => {
    const ran = await sluice(['explain', ...words]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(message);
    expect(ran.stdout).toBe('');
  });

  test('the JSON form has both sides, their rules and places', async () => {
    const { stdout } = await sluice([
      'explain',
      'shop/web',
      'shop/db',
      '3306',
      ...SHOP,
      '-o',
      'json',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      apiVersion: 'sluice.dev/v1',
      kind: 'Explanation',
      from: 'shop/Deployment/web',
      to: 'shop/StatefulSet/db',
      port: { protocol: 'TCP', number: 3306 },
      verdict: 'denied',
      egress: {
        state: 'denied',
        isolatedBy: expect.arrayContaining([
          expect.objectContaining({ kind: 'NetworkPolicy', namespace: 'shop', name: 'web' }),
        ]),
        allowedBy: [],
        missed: expect.arrayContaining([
          expect.objectContaining({
            because: 'peer',
            rule: expect.objectContaining({
              name: 'web',
              rule: 0,
              place: expect.objectContaining({
                file: 'examples/three-tier/policies/web.yaml',
                path: 'spec.egress[0]',
              }),
            }),
          }),
        ]),
      },
      ingress: { state: 'denied' },
      fix: {
        summary: expect.any(String),
        manifest: expect.stringContaining('kind: NetworkPolicy'),
      },
    });
  });

  test('a Service port that a rule names instead of the pod port is pointed out', async () => {
    const { stdout, code } = await sluice([
      'explain',
      'storefront/web',
      'svc/catalog/catalog',
      '80',
      '-f',
      'examples/microservices',
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      "80 is the port of Service `catalog/catalog`; policies see the pod's port, so write 8000",
    );
  });

  const TIERS = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: main, image: "web:1" }] }
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: out }
spec:
  tier: Admin
  priority: 10
  subject: { namespaces: {} }
  egress:
  - { name: partner, action: Accept, to: [{ domainNames: [api.example.com] }] }
  - { name: rest, action: Deny, to: [{ networks: [0.0.0.0/0, "::/0"] }] }
`;

  test.each([
    ['domain/api.example.com', 0, 'allowed by egress rule 1 `partner` of ClusterNetworkPolicy out'],
    ['domain/www.example.com', 1, 'denied by egress rule 2 `rest` of ClusterNetworkPolicy out'],
    ['domain/*.example.com', 1, 'perhaps allowed by egress rule 1 `partner`'],
  ])('a name: %s, exit %i', async (to, code, words) => {
    const ran = await sluice(['explain', 'shop/web', to, '443', '-f', '-'], TIERS);
    expect(ran.code).toBe(code);
    expect(ran.stdout).toContain(words);
    expect(ran.stdout).toContain('whether shop/Pod/web may look the name up is another question');
  });

  test('a rule of the Admin tier is overruled by one before it, for an administrator', async () => {
    const words = ['explain', 'shop/web', 'domain/www.example.com', '443', '-f', '-'];
    const { stdout } = await sluice(words, TIERS);
    expect(stdout).toContain(
      'for egress no NetworkPolicy can do it: ClusterNetworkPolicy `allow-web-to-www-example-com` stands in the Admin tier, before `out`, and is for whoever administers the cluster',
    );
    expect(stdout).toMatch(/^ {2}priority: 9$/m);
  });

  test('a name does not connect: exit 2', async () => {
    const ran = await sluice(['explain', 'domain/a.example', 'shop/web', '80', '-f', '-'], TIERS);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('`domain/a.example` cannot connect: a name says where to');
  });

  test('problems in the input: exit 3, and the answer is still given', async () => {
    const broken = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {}\n---\n{ not: yaml\n';
    const ran = await sluice(['explain', 'default/a', 'internet', '443', '-f', '-'], broken);
    expect(ran.code).toBe(3);
    expect(ran.stdout).toContain('allowed');
    expect(ran.stderr).toMatch(/^<stdin>:\d+:\d+: error: not valid YAML/);
  });
});
