import { describe, expect, test } from 'vitest';
import { sluice } from '../cli-console.ts';

const SHOP = ['test', '-f', 'examples/three-tier'];

/** Runs `sluice test` on the shop with expectations from standard input. */
async function expecting(text: string, ...words: string[]): Promise<ReturnType<typeof sluice>> {
  return sluice([...SHOP, '-', ...words], text);
}

describe('sluice test', () => {
  test('all hold: exit 0', async () => {
    const { code, stdout, stderr } = await sluice(SHOP);
    expect(stderr).toBe('');
    expect(stdout).toContain('16 expectations: 16 passed');
    expect(code).toBe(0);
  });

  test('one does not: exit 1, with the reason and the fix', async () => {
    const { code, stdout } = await expecting('allow: [{ from: shop/web, to: shop/db }]');
    expect(code).toBe(1);
    expect(stdout).toContain('✗ shop/web reaches shop/db  <stdin>:1:9');
    expect(stdout).toContain('shop/Deployment/web → shop/StatefulSet/db: TCP 3306 denied');
    expect(stdout).toContain('NetworkPolicy shop/db  examples/three-tier/policies/db.yaml:3:1');
    expect(stdout).toContain('to allow it: add these policies');
    expect(stdout).toContain('1 expectation: 0 passed, 1 failed');
  });

  test('one names nothing: exit 3, and the others are still checked', async () => {
    const { code, stdout } = await expecting(
      'deny: [{ from: shop/x, to: shop/db }, { from: internet, to: shop/db }]',
    );
    expect(code).toBe(3);
    expect(stdout).toContain('there is no `shop/x` in the input: did you mean `shop/db`?');
    expect(stdout).toContain('2 expectations: 1 passed, 1 could not be checked');
  });

  test('what depends fails, with what it depends on, unless it is accepted', async () => {
    const text = 'deny: [{ from: kube-system/coredns, to: kube-system/coredns, ports: 53 }]';
    const strict = await expecting(text);
    expect(strict.code).toBe(1);
    expect(strict.stdout).toContain('give --pod-cidr, or pods with status.podIPs');
    expect(strict.stdout).not.toContain('to allow it');
    const lenient = await expecting(text, '--accept-depends');
    expect(lenient.code).toBe(0);
    expect(lenient.stdout).toContain('1 depends, accepted');
    expect((await expecting(text, '--pod-cidr', '10.244.0.0/16')).code).toBe(0);
  });

  test('problems of the manifests: exit 3', async () => {
    const { code } = await sluice(
      ['test', '-f', 'test/bad-input', '-'],
      'deny: [{ from: any, to: internet, ports: 99 }]',
    );
    expect(code).toBe(3);
  });

  test.each([
    [['test'], 'no source given'],
    [['test', '-f', 'examples/lessons/07-or'], 'there are no expectations among the sources'],
    [[...SHOP, 'nowhere.yaml'], 'there is no file or folder `nowhere.yaml`'],
    [[...SHOP, '--mutate', '--limit', 'x'], '--limit: `x` is not a whole number'],
    [[...SHOP, '--min-score', '80'], '--min-score is about the changes of --mutate; add --mutate'],
    [[...SHOP, '--mutate', '--min-score', '80%'], '--min-score: `80%` is not a percentage'],
    [[...SHOP, '--mutate', '--min-score', '101'], '--min-score: `101` is not a percentage'],
    [['test', '-f', '-', '-'], '`-` stands for the cluster and for the expectations'],
    [[...SHOP, '--lab'], '--lab has its sources from the lab'],
    [['test', '--lab', '--mutate'], '--coverage and --mutate ask the engine'],
    [['test', '--lab', 'none-such'], 'there is no lab `none-such`'],
  ])('wrong usage: exit 2 (%#)', async (words, message) => {
    const { code, stderr } = await sluice(words);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  test('the microservices: just the three mistakes of the README', async () => {
    const { code, stdout } = await sluice(['test', '-f', 'examples/microservices']);
    expect(code).toBe(1);
    const failed = [...stdout.matchAll(/^ {2}[✗?!] (.*?) {2}/gm)].map(([, title]) => title);
    expect(failed).toEqual([
      'storefront/web reaches svc/catalog/catalog',
      'storefront/checkout or payments/payments reaches messaging/rabbitmq on 5672',
      'any but catalog/catalog or catalog/price-import or observability/grafana never reaches catalog/postgres on 5432',
    ]);
  });

  test('--coverage and --mutate tell what is missing', async () => {
    const { code, stdout } = await expecting(
      'allow: [{ from: shop/web, to: svc/shop/api }]',
      '--coverage',
      '--mutate',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('exercised: 2 of 9 rules, 0 of 11 isolations');
    expect(stdout).toMatch(/90 single changes to the policies tried: \d+ of 60 are noticed/);
    expect(stdout).toContain('\n  - from: { not: shop/api }\n    to: shop/db\n');
    expect(stdout).toContain('\n  - from: internet\n    to: shop/web\n    ports: 80\n');
    // what is printed can be pasted
    const yaml = stdout.slice(stdout.lastIndexOf('\nallow:'));
    expect((await expecting(yaml)).code).toBe(0);
  });

  test('--min-score: exit 1 when fewer changes are noticed', async () => {
    const lesson = ['test', '-f', 'examples/lessons/06-and', '--mutate'];
    expect((await sluice(lesson)).code).toBe(0);
    const enough = await sluice([...lesson, '--min-score', '72.7']);
    expect([enough.code, enough.stderr]).toEqual([0, '']);
    const few = await sluice([...lesson, '--min-score', '73']);
    expect(few.code).toBe(1);
    expect(few.stderr).toBe(
      '--min-score: 8 of 11 changes are noticed, fewer than 73 %; add expectations, like those proposed\n',
    );
    // what the expectations say counts more
    const all = ['--mutate', '--min-score', '100'];
    const broken = await expecting('deny: [{ from: shop/x, to: any }]', ...all);
    expect(broken.code).toBe(3);
    expect((await sluice([...SHOP, ...all])).code).toBe(0);
  });

  test('--limit and --seed choose some of the changes, and say so', async () => {
    const words = ['--mutate', '--limit', '10'];
    const first = await sluice([...SHOP, ...words]);
    expect(first.stdout).toContain(
      '10 single changes to the policies tried (of 90; --limit and --seed choose)',
    );
    expect((await sluice([...SHOP, ...words])).stdout).toBe(first.stdout);
    const others = await Promise.all(
      ['2', '3', '4', '5'].map((seed) => sluice([...SHOP, ...words, '--seed', seed])),
    );
    expect(others.some(({ stdout }) => stdout !== first.stdout)).toBe(true);
  });
});

test('expectations among manifests are no problem to other commands', async () => {
  const { stdout, code } = await sluice(['check', '-f', 'examples/three-tier']);
  expect(stdout).toBe('nothing found\n');
  expect(code).toBe(0);
});
