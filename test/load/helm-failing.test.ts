import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { reading, withPath } from './loading.ts';
import { HOME, pod, useEmptyFolder, write } from './place.ts';
import { reachOf } from './reach-answer.ts';
import { findHelm, reasonToSkip, usePath } from './tools.ts';

const HELM = await findHelm();
const CHART = path.join(HOME, 'test/load/charts/shop');

useEmptyFolder();

describe.skipIf('absent' in HELM)(`a Helm chart${reasonToSkip(HELM)}`, () => {
  usePath(HELM);

  describe('that is broken is a problem, and the rest is read', () => {
    test.each([
      [
        'a value that is not there',
        { 'templates/policy.yaml': 'a: 1\nb: {{ .Values.no.such.key }}\n' },
        'shop/templates/policy.yaml:2',
        'nil pointer evaluating interface {}.such',
      ],
      [
        'a template that cannot be parsed',
        { 'templates/policy.yaml': '\n{{ if }}\n' },
        'shop/templates/policy.yaml:2',
        'missing value for if',
      ],
      [
        'a template that fails by itself',
        { 'templates/policy.yaml': '{{ required "say who may come in" .Values.who }}' },
        'shop/templates/policy.yaml:1',
        'say who may come in',
      ],
      [
        'a template that renders to no YAML',
        { 'templates/policy.yaml': 'a: b: c\n' },
        'shop/templates/policy.yaml:1',
        'mapping values are not allowed in this context',
      ],
      [
        'a template of the subchart',
        { 'charts/db/templates/db.yaml': '\n\n{{ fail "no" }}' },
        'shop/charts/db/templates/db.yaml:3',
        'no',
      ],
      ['values that are no YAML', { 'values.yaml': 'a: [' }, 'shop:1', 'cannot load values.yaml'],
      [
        'a Chart.yaml that is no YAML',
        { 'Chart.yaml': ': : :' },
        'shop:1',
        'cannot load Chart.yaml',
      ],
      [
        'a Chart.yaml without a name',
        { 'Chart.yaml': 'version: 1.0.0\n' },
        'shop:1',
        'chart.metadata.name is required',
      ],
      [
        'dependencies that were not fetched',
        {
          'Chart.yaml':
            'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{ name: redis, version: 1.x, repository: "https://example.org" }]\n',
        },
        'shop:1',
        'its dependencies are not there: redis; fetch them with `helm dependency build`',
      ],
      [
        'a library',
        { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ntype: library\n' },
        'shop:1',
        'library charts are not installable',
      ],
      [
        'values that the schema refuses',
        { 'values.schema.json': '{"required":["nothing"]}' },
        'shop:1',
        "missing property 'nothing'",
      ],
    ])('%s', async (_, files, place, words) => {
      cpSync(CHART, 'shop', { recursive: true });
      write(
        Object.fromEntries(Object.entries(files).map(([file, text]) => [`shop/${file}`, text])),
      );
      write({ 'a.yaml': pod('a') });
      const { objects, problems, messages } = await reading(['shop', 'a.yaml']);
      expect(objects).toEqual(['default/Pod/a']);
      expect(problems).toEqual([`render-failed ${place}`]);
      expect(messages[0]).toContain('`helm template` cannot render this: ');
      expect(messages[0]).toContain(words);
      expect(messages[0]).not.toMatch(/\n|Error:|--debug/);
      expect((await reachOf(['shop', 'a.yaml'])).code).toBe(3);
    });
  });
});

describe('without helm', () => {
  test('a chart that was named cannot be answered about: exit 4', async () => {
    cpSync(CHART, 'shop', { recursive: true });
    await withPath(['/nonexistent'], async () => {
      await expect(reachOf(['shop'])).rejects.toMatchObject({
        code: 4,
        message:
          '`shop` is a Helm chart, and `helm` is not installed; install it, or render the chart elsewhere: `helm template shop | sluice … -f -`',
      });
    });
  });

  test('a chart below a folder is a problem, and the rest is read', async () => {
    cpSync(CHART, 'k8s/shop', { recursive: true });
    write({ 'k8s/a.yaml': pod('a') });
    await withPath(['/nonexistent'], async () => {
      const { objects, problems } = await reading(['k8s']);
      expect(objects).toEqual(['default/Pod/a']);
      expect(problems).toEqual(['not-rendered k8s/shop:1']);
    });
  });
});

test('an archive that is no chart is told', async () => {
  write({ 'x/a.yaml': pod('a') });
  execFileSync('tar', ['-czf', 'x.tgz', '--format=ustar', 'x']);
  expect((await reading(['x.tgz'])).problems).toEqual(['not-text x.tgz:1']);
});
