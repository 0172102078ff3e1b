import { execFileSync } from 'node:child_process';
import { cpSync, renameSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { reading, refusal } from './loading.ts';
import { HOME, pod, useEmptyFolder, write } from './place.ts';
import { reachOf } from './reach-answer.ts';
import { commit, git } from './repository.ts';
import { findHelm, reasonToSkip, usePath } from './tools.ts';

const HELM = await findHelm();
const CHART = path.join(HOME, 'test/load/charts/shop');

useEmptyFolder();

function helm(...words: string[]): string {
  return execFileSync('helm', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

describe.skipIf('absent' in HELM)(`a Helm chart${reasonToSkip(HELM)}`, () => {
  beforeEach(() => {
    cpSync(CHART, 'shop', { recursive: true });
  });
  usePath(HELM);

  test.each([
    ['as it is', {}, []],
    ['with values', { values: ['shop/values-prod.yaml'] }, ['-f', 'shop/values-prod.yaml']],
    [
      'with several files of values',
      { values: ['shop/values-prod.yaml', 'more.yaml'] },
      ['-f', 'shop/values-prod.yaml', '-f', 'more.yaml'],
    ],
    [
      'with single values',
      { set: ['db.port=99', 'policy.from={a,b}'] },
      ['--set', 'db.port=99', '--set', 'policy.from={a,b}'],
    ],
    [
      'without a part of it',
      { set: ['db.enabled=false', 'policy.enabled=false'] },
      ['--set', 'db.enabled=false', '--set', 'policy.enabled=false'],
    ],
  ])('%s is what `helm template` prints of it', async (_, options, words) => {
    write({ 'more.yaml': 'migrate: { enabled: false }\n' });
    const rendered = helm('template', 'shop', 'shop', ...words);
    const answer = await reachOf(['shop'], options);
    expect(answer).toEqual(await reachOf(['-'], {}, rendered));
    expect(answer.code).toBe(0);
    expect(answer.connections.length).toBeGreaterThan(10);
  });

  test('its objects are in the namespace of the release, as after `helm install`', async () => {
    const rendered = helm('template', 'shop', 'shop', '-n', 'market');
    const placed = rendered.replaceAll(/^metadata:( \{)?/gm, (head, flow) =>
      flow === undefined ? `${head}\n  namespace: market` : `${head} namespace: market,`,
    );
    const once = placed.replaceAll(
      /(\n {2}namespace: market)(\n(?: {2}.*\n)*? {2}namespace: market)/g,
      '$2',
    );
    const answer = await reachOf(['shop'], { namespace: 'market' });
    expect(answer).toEqual(await reachOf(['-'], {}, once));
    const { objects } = await reading(['shop'], { namespace: 'market' });
    expect(objects.every((object) => object.startsWith('market/'))).toBe(true);
    expect((await reading(['shop'])).objects.every((one) => one.startsWith('default/'))).toBe(true);
  });

  test('the release is called like the chart, or as one says', async () => {
    expect((await reading(['shop'])).objects).toContain('default/Deployment/shop');
    const { objects } = await reading(['shop'], { release: 'blue' });
    expect(objects).toContain('default/Deployment/blue-shop');
    expect(objects).toContain('default/StatefulSet/blue-db');
    write({
      'odd/Chart.yaml': 'apiVersion: v2\nname: Odd_Chart.x\nversion: 1.0.0\n',
      'odd/templates/p.yaml': pod('"{{ .Release.Name }}"'),
    });
    expect((await reading(['odd'])).objects).toEqual(['default/Pod/odd-chart-x']);
  });

  test('templates see the version of Kubernetes and the API versions that one says', async () => {
    const tiers = 'policy.networking.k8s.io/v1alpha2';
    write({
      'asking/Chart.yaml': 'apiVersion: v2\nname: asking\nversion: 1.0.0\n',
      'asking/templates/p.yaml': [
        pod('"kube-{{ .Capabilities.KubeVersion.Minor }}"'),
        `{{- if .Capabilities.APIVersions.Has "${tiers}" }}`,
        '---',
        pod('tiers'),
        '{{- end }}',
      ].join('\n'),
    });
    const { objects } = await reading(['asking'], { kubeVersion: '1.27' });
    expect(objects).toEqual(['default/Pod/kube-27']);
    const more = { kubeVersion: 'v1.30.4', apiVersions: ['example.com/v1', tiers] };
    expect((await reading(['asking'], more)).objects).toEqual([
      'default/Pod/kube-30',
      'default/Pod/tiers',
    ]);
  });

  test('a place is the template, and the line in what it was rendered to', async () => {
    const { texts } = await reading(['shop']);
    expect([...texts.keys()].sort()).toEqual([
      'shop/charts/db/templates/db.yaml (rendered)',
      'shop/templates/deployment.yaml (rendered)',
      'shop/templates/migrate.yaml (rendered)',
      'shop/templates/policy.yaml (rendered)',
      'shop/templates/tests/connection.yaml (rendered)',
    ]);
    const shown = helm('template', 'shop', 'shop', '--show-only', 'templates/policy.yaml');
    expect(texts.get('shop/templates/policy.yaml (rendered)')!.trim()).toBe(shown.trim());

    const { cluster } = await reading(['shop'], { namespace: 'market' });
    const places = cluster.policies.map(({ name, place }) => `${name} ${place.toString()}`);
    expect(places.sort()).toEqual([
      'shop shop/templates/policy.yaml (rendered):3:1',
      'shop-db shop/charts/db/templates/db.yaml (rendered):3:1',
    ]);
    const { podSelector } = lines(shown);
    write({ 'shop/templates/policy.yaml': pod('a', '  labels: [1]\n') });
    const wrong = await reading(['shop'], { namespace: 'market' });
    expect(wrong.problems).toEqual(['wrong-type shop/templates/policy.yaml (rendered):7']);
    expect(podSelector).toBe(8);
  });

  test('may be packed', async () => {
    helm('package', 'shop', '-d', 'out');
    const { objects, texts } = await reading(['out/shop-1.2.0.tgz']);
    expect(objects).toEqual((await reading(['shop'])).objects);
    expect([...texts.keys()]).toContain('out/shop-1.2.0.tgz/templates/policy.yaml (rendered)');
  });

  test('may be named by its Chart.yaml, and be the working directory', async () => {
    const { objects } = await reading(['shop']);
    expect((await reading(['shop/Chart.yaml'])).objects).toEqual(objects);
    process.chdir('shop');
    const { texts, objects: here } = await reading(['.']);
    expect(here).toEqual(objects);
    expect([...texts.keys()]).toContain('templates/policy.yaml (rendered)');
    process.chdir('..');
  });

  test('may have any name, which is never taken for an option or a list', async () => {
    renameSync('shop', '-o,x y');
    write({ '-,"v".yaml': 'db: { enabled: false }\n' });
    const { objects } = await reading(['-o,x y'], { values: ['-,"v".yaml'] });
    expect(objects).toContain('default/Deployment/shop');
    expect(objects).not.toContain('default/StatefulSet/shop-db');
  });

  test('below a plain folder is rendered, and that is said', async () => {
    write({ 'k8s/a.yaml': pod('a') });
    renameSync('shop', 'k8s/shop');
    write({
      'k8s/common/Chart.yaml': 'apiVersion: v2\nname: common\nversion: 1.0.0\ntype: library\n',
    });
    const { objects, problems } = await reading(['k8s']);
    expect(objects).toContain('default/Pod/a');
    expect(objects).toContain('default/Deployment/shop');
    expect(problems).toEqual(['was-rendered k8s/shop:1']);
    const { code, stderr } = await reachOf(['k8s']);
    expect([code, stderr]).toEqual([
      0,
      'note: `k8s/shop`: this is a Helm chart, and was rendered; the files in it are not read by themselves\n',
    ]);
  });

  test('at a revision is rendered as it was', async () => {
    git('init', '--quiet', '--initial-branch=main');
    commit('one');
    const { objects } = await reading(['shop']);
    write({ 'shop/templates/policy.yaml': '{{ broken' });
    const { objects: then, texts } = await reading(['git:main:shop']);
    expect(then).toEqual(objects);
    expect([...texts.keys()]).toContain('git:main:shop/templates/policy.yaml (rendered)');
    git('commit', '--quiet', '-am', 'two');
    const { problems } = await reading(['git:main:shop']);
    expect(problems).toEqual(['render-failed git:main:shop/templates/policy.yaml:1']);
    helm('package', 'shop', '-d', '.');
    commit('three');
    expect((await reading(['git:HEAD~1:shop', 'git:main:shop-1.2.0.tgz'])).problems).toHaveLength(
      2,
    );
  });

  test('that renders to nothing says so', async () => {
    write({
      'none/Chart.yaml': 'apiVersion: v2\nname: none\nversion: 1.0.0\n',
      'none/templates/a.yaml': '{{ if false }}x: y{{ end }}\n',
    });
    const { problems, messages } = await reading(['none']);
    expect(problems).toEqual(['no-objects none:1']);
    expect(messages).toEqual(['this chart renders to nothing with these values']);
  });

  test('its options are checked before anything runs', async () => {
    const said = async (options: Parameters<typeof refusal>[1]): Promise<string> =>
      refusal(['shop'], options);
    expect(await said({ values: ['shop/values-prd.yaml'] })).toBe(
      '--values `shop/values-prd.yaml`: there is no such file: did you mean `shop/values-prod.yaml`?',
    );
    expect(await said({ values: ['nowhere.yaml'] })).toContain('give a YAML file of values');
    expect(await said({ values: ['shop'] })).toContain('this is a folder');
    expect(await said({ values: ['https://example.org/v.yaml'] })).toContain('nothing is fetched');
    expect(await said({ set: ['policy'] })).toBe(
      '--set `policy`: write KEY=VALUE, like `policy.enabled=true`',
    );
    expect(await said({ release: 'Blue' })).toContain('--release `Blue`: the name of a release');
    expect(await said({ kubeVersion: 'new' })).toBe(
      '--kube-version `new`: write a version, like `1.34.0`',
    );
    expect(await said({ apiVersions: ['v1', 'apps'] })).toContain('--api-versions `apps`: write a');
    expect(await said({ namespace: 'a/b' })).toContain('--namespace `a/b`: a namespace has');
  });

  test('options for charts are refused where there is none', async () => {
    write({ 'a.yaml': pod('a') });
    await expect(reachOf(['a.yaml'], { namespace: 'x' })).rejects.toThrow(
      '--namespace is for rendering Helm charts, and no source is one; leave it out, or give the folder that has the Chart.yaml',
    );
    for (const [option, idle] of [
      ['--kube-version', { kubeVersion: '1.30' }],
      ['--api-versions', { apiVersions: ['v1'] }],
    ] as const)
      await expect(reachOf(['a.yaml'], idle)).rejects.toThrow(`${option} is for rendering Helm`);
    expect((await reachOf(['a.yaml', 'shop'], { namespace: 'x' })).code).toBe(0);
  });
});

function lines(text: string): Record<string, number> {
  const found = text.split('\n').map((line, i) => [line.trim().replace(/:.*/, ''), i + 1] as const);
  return Object.fromEntries(found.reverse());
}
