import { describe, expect, test } from 'vitest';
import { sluice } from '../cli-console.ts';

const SHOP = ['-f', 'examples/microservices'];
const EDGE = ['-f', 'test/ways-in/cases/ingress-nginx-as-its-chart-installs-it.yaml'];

interface Way {
  readonly kind: string;
  readonly name: string;
  readonly verdict: string;
  readonly because?: string;
  readonly to: readonly { readonly endpoint: string }[];
}

async function ways(words: readonly string[]): Promise<readonly Way[] | undefined> {
  const { stdout } = await sluice(['reach', ...words, '-o', 'json']);
  return (JSON.parse(stdout) as { waysIn?: Way[] }).waysIn;
}

describe('reach shows the ways in', () => {
  test('to people who ask for the outside', async () => {
    const { stdout } = await sluice([
      'reach',
      ...SHOP,
      '--from',
      'internet',
      '--to',
      'storefront/*',
    ]);
    expect(stdout).toContain(`ways in from outside
allowed  Ingress storefront/storefront, shop.example/
           ingress-nginx/controller → Service storefront/web:http → storefront/web TCP 8080
`);
  });

  test('and to nobody else', async () => {
    for (const words of [
      [],
      ['--from', 'storefront/web'],
      ['--from', 'internet', '--by', 'namespace'],
    ]) {
      const { stdout } = await sluice(['reach', ...SHOP, ...words]);
      expect(stdout).not.toContain('ways in');
    }
  });

  test('in Markdown as a table of their own', async () => {
    const { stdout } = await sluice(['reach', ...SHOP, '--from', 'internet', '-o', 'markdown']);
    expect(stdout).toContain(
      '| Ingress storefront/storefront | shop.example/ | ingress-nginx/controller → Service storefront/web:http → storefront/web TCP 8080 | allowed |\n',
    );
  });

  test('says so when there is none', async () => {
    const { stdout } = await sluice([
      'reach',
      '-f',
      'examples/three-tier',
      '--from',
      'internet',
      '--to',
      'shop/db',
    ]);
    expect(stdout).toContain('no way in from outside');
  });

  test('in JSON wherever outside addresses are among the sources', async () => {
    expect((await ways(SHOP))?.length).toBeGreaterThan(0);
    expect(await ways([...SHOP, '--from', 'storefront/web'])).toBeUndefined();
    expect(await ways([...SHOP, '--by', 'namespace'])).toBeUndefined();
    expect(await ways([...SHOP, '--direction', 'ingress'])).toBeUndefined();
    const { stdout } = await sluice(['reach', ...SHOP, '-o', 'yaml']);
    expect(stdout).toContain('\nwaysIn:\n');
  });

  test('narrowed by destination and port', async () => {
    const toWeb = await ways([...EDGE, '--from', 'internet', '--to', 'shop/web']);
    expect(toWeb?.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Ingress shop']);
    const onPort = await ways([...EDGE, '--from', 'internet', '--port', '443']);
    expect(onPort?.map(({ kind }) => kind)).toEqual(['LoadBalancer']);
  });

  test('for the address that is asked about', async () => {
    const policy = '198.51.100.9';
    const from = await ways([...EDGE, '--from', policy, '--to', 'ingress-nginx/*']);
    expect(from?.map(({ verdict }) => verdict)).toEqual(['allowed', 'allowed']);
  });
});

describe('explain names the ways in', () => {
  test('when the outside asks for a Service or its pods', async () => {
    for (const to of ['svc/storefront/web', 'storefront/web']) {
      const port = to.startsWith('svc') ? '80' : '8080';
      const { code, stdout } = await sluice(['explain', 'internet', to, port, ...SHOP]);
      expect(code).toBe(1);
      expect(stdout).toContain(
        'note: Ingress storefront/storefront (shop.example/) leads there from outside, and ingress-nginx/controller connects to the pods; by it the answer is allowed\n',
      );
    }
  });

  test('and not when pods ask', async () => {
    const words = ['ingress-nginx/controller', 'svc/storefront/web', '80'];
    const { stdout } = await sluice(['explain', ...words, ...SHOP]);
    expect(stdout).not.toContain('from outside');
  });
});
