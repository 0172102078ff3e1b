import { describe, expect, test } from 'vitest';
import { sluice } from '../cli-console.ts';
import { withPath } from './loading.ts';
import { pod, useEmptyFolder, write } from './place.ts';

useEmptyFolder();

describe('sources on the command line', () => {
  test.each([
    ['nothing of the name', 'nowhere', 'there is no file or folder `nowhere`; a source is a file'],
    ['a live cluster', 'cluster:prod', 'a live cluster cannot be read yet'],
    ['no repository', 'git:main', 'the working directory is in no git repository'],
    ['a registry', 'oci://registry.example/web', 'a chart in a registry must be fetched first'],
    ['an empty folder', '.', 'folder `.` has no .yaml, .yml or .json file in it'],
  ])('%s: exit 2', async (_, name, words) => {
    for (const args of [
      ['check', name],
      ['reach', '-f', name],
      ['explain', 'a', 'b', '-f', name],
    ]) {
      const ran = await sluice(args);
      expect([ran.code, ran.stdout]).toEqual([2, '']);
      expect(ran.stderr).toMatch(/^sluice: [^\n]+\n$/);
      expect(ran.stderr).toContain(words);
    }
  });

  test('a program that is not installed: exit 4', async () => {
    write({
      'chart/Chart.yaml': 'name: web\nversion: 1.0.0\n',
      'built/kustomization.yaml': 'resources: []\n',
    });
    await withPath(['/nonexistent'], async () => {
      for (const name of ['chart', 'built', 'git:main']) {
        const ran = await sluice(['reach', '-f', name]);
        expect([name, ran.code, ran.stdout]).toEqual([name, 4, '']);
        expect(ran.stderr).toMatch(/^sluice: .* installed.*\n$/);
      }
    });
  });

  test('of every kind at once', async () => {
    write({
      'k8s/a.yaml': pod('a'),
      'snap.json': JSON.stringify({
        apiVersion: 'sluice.dev/v1',
        kind: 'Snapshot',
        metadata: { time: '2026-11-20T10:00:00Z', context: 'prod' },
        items: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' }, spec: {} }],
      }),
    });
    const ran = await sluice(
      ['reach', 'k8s', '-f', 'snap.json', '-f', '-', '--by', 'workload', '-o', 'csv'],
      pod('c'),
    );
    expect(ran.code).toBe(0);
    for (const name of ['a', 'b', 'c']) expect(ran.stdout).toContain(`default/Pod/${name}`);
  });
});
