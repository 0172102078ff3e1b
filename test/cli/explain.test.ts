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

  test('problems in the input: exit 3, and the answer is still given', async () => {
    const broken = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {}\n---\n{ not: yaml\n';
    const ran = await sluice(['explain', 'default/a', 'internet', '443', '-f', '-'], broken);
    expect(ran.code).toBe(3);
    expect(ran.stdout).toContain('allowed');
    expect(ran.stderr).toMatch(/^<stdin>:\d+:\d+: error: not valid YAML/);
  });
});
