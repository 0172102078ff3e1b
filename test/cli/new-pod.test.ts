import { describe, expect, test } from 'vitest';
import { sluice } from '../cli-console.ts';

interface Endpoint {
  readonly id: string;
  readonly class: number;
}

interface Reachability {
  readonly endpoints: readonly Endpoint[];
  readonly connections: readonly {
    readonly from: string;
    readonly to: string;
    readonly certainty: string;
    readonly ports: unknown;
  }[];
  readonly newPods?: readonly { readonly id: string; readonly selectedBy: readonly object[] }[];
}

async function reach(words: readonly string[], stdin = ''): Promise<Reachability> {
  const ran = await sluice(['reach', ...words, '-o', 'json'], stdin);
  expect(ran.stderr).not.toContain('error');
  return JSON.parse(ran.stdout) as Reachability;
}

/** Every pair, as `FROM → TO CERTAINTY PORTS`. */
async function pairs(words: readonly string[], stdin = ''): Promise<string[]> {
  const { connections } = await reach([...words, '--expand'], stdin);
  return connections
    .map((one) => `${one.from} → ${one.to} ${one.certainty} ${JSON.stringify(one.ports)}`)
    .sort();
}

function podObject(namespace: string, labels: object): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'new-pod', namespace, labels },
    spec: { containers: [{ name: 'main', image: 'app:1', ports: [{ containerPort: 8080 }] }] },
  });
}

describe('reach --new-pod', () => {
  test.each([
    ['examples/three-tier', 'shop', { app: 'api' }],
    ['examples/three-tier', 'shop', { app: 'unheard-of' }],
    ['examples/three-tier', 'brand-new', { app: 'web' }],
    ['examples/microservices', 'storefront', { app: 'web' }],
    ['examples/microservices', 'payments', {}],
    ['examples/microservices', 'nowhere', { app: 'controller' }],
  ])(
    '%s: a pod of %s with %j has the row and the column it would have',
    async (folder, ns, labels) => {
      const words = Object.entries(labels).map(([key, value]) => `,${key}=${value}`);
      const plan = `ns=${ns}${words.join('')},port=8080`;
      const as = await pairs(['-f', folder, '--new-pod', plan]);
      const id = `${ns}/Pod/new-pod`;
      const all = await pairs(['-f', folder, '-f', '-'], podObject(ns, labels));
      const real = all.filter((pair) => pair.startsWith(`${id} `) || pair.includes(`→ ${id} `));
      expect(as).toEqual(real);
      expect(real.length).toBeGreaterThan(0);
    },
  );

  test('the grouped form says the same, though the pod shares its class', async () => {
    const words = ['-f', 'examples/three-tier', '--new-pod', 'ns=shop,app=api'];
    const { endpoints, connections } = await reach(words);
    const grouped: string[] = [];
    for (const { from, to, certainty, ports } of connections as unknown as readonly {
      from: number[];
      to: number[];
      certainty: string;
      ports: unknown;
    }[]) {
      for (const a of endpoints.filter((one) => from.includes(one.class)))
        for (const b of endpoints.filter((one) => to.includes(one.class)))
          if (a !== b) grouped.push(`${a.id} → ${b.id} ${certainty} ${JSON.stringify(ports)}`);
    }
    expect(grouped.sort()).toEqual(await pairs(words));
  });

  test('it says which policies would select it', async () => {
    const { newPods } = await reach(['-f', 'examples/three-tier', '--new-pod', 'ns=shop,app=db']);
    expect(newPods).toMatchObject([
      {
        id: 'shop/Pod/new-pod',
        selectedBy: [
          { kind: 'NetworkPolicy', namespace: 'shop', name: 'allow-dns', directions: ['egress'] },
          { kind: 'NetworkPolicy', namespace: 'shop', name: 'db' },
          { kind: 'NetworkPolicy', namespace: 'shop', name: 'default-deny' },
        ].map((one) => expect.objectContaining(one) as object),
      },
    ]);
  });

  test('several may be asked about at once, and meet one another', async () => {
    const words = [
      '-f',
      'examples/three-tier',
      '--new-pod',
      'ns=a,app=x',
      '--new-pod',
      'ns=a,app=y',
    ];
    const all = await pairs(words);
    expect(all).toContain('a/Pod/new-pod → a/Pod/new-pod-2 allowed "all"');
    expect(all).toContain('a/Pod/new-pod-2 → a/Pod/new-pod allowed "all"');
    expect(all.every((pair) => pair.includes('/new-pod'))).toBe(true);
  });

  test.each(['table', 'csv', 'markdown', 'dot', 'mermaid', 'svg', 'yaml'])(
    'as %s it is about the new pod',
    async (format) => {
      const words = ['-f', 'examples/three-tier', '--new-pod', 'ns=shop,app=api', '-o', format];
      const { code, stdout } = await sluice(['reach', ...words]);
      expect(code).toBe(0);
      expect(stdout).toContain('new-pod');
      if (format === 'csv') {
        const rows = stdout.trim().split('\n').slice(1);
        expect(rows.every((row) => row.includes('new-pod'))).toBe(true);
      }
    },
  );

  test('a namespace that is not there is a new one, and a slip is pointed out', async () => {
    const ran = await sluice(['reach', '-f', 'examples/three-tier', '--new-pod', 'ns=shp,app=web']);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toBe(
      'note: namespace `shp` is not in the input, so it is a new one without labels of its own; did you mean `shop`?\n',
    );
    expect(ran.stdout).toContain('shp/Pod/new-pod: no policy would select it');
  });

  test.each([
    ['app=web', '--new-pod:1: the namespace is missing'],
    ['ns=shop,app', '--new-pod:9: `app` is no KEY=VALUE'],
    ['ns=Shop', '--new-pod:4: namespace `Shop` may only have lower case'],
    ['ns=shop,app=a b', '--new-pod:13: label value `a b` may only have'],
    ['ns=shop,-x=1', '--new-pod:9: label key `-x` may only have'],
    ['ns=shop,port=http', '--new-pod:14: `http` is not a port'],
    ['ns=shop,port=web:0', '--new-pod:18: `0` is not a port'],
    ['ns=shop,port=WEB:80', '--new-pod:14: port name `WEB` may only have'],
    ['ns=shop,ns=other', '--new-pod:9: the namespace stands twice'],
    ['ns=shop,a=1,a=2', '--new-pod:13: label `a` stands twice'],
  ])('%s: exit 2, with the character', async (plan, message) => {
    const ran = await sluice(['reach', '-f', 'examples/three-tier', '--new-pod', plan]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(message);
  });
});
