import { mkdirSync, symlinkSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DiskTree } from '../../src/load/disk-tree.ts';
import { walkFolder } from '../../src/load/folder.ts';
import { Kustomizations } from '../../src/load/kustomization.ts';
import { reading, refusal } from './loading.ts';
import { pod, useEmptyFolder, write } from './place.ts';

useEmptyFolder();

describe('a folder', () => {
  test('has all manifests below it, in the order of names', async () => {
    write({
      'k8s/b.yaml': pod('b'),
      'k8s/a/z.yml': pod('z'),
      'k8s/a.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a' },
        spec: {},
      }),
      'k8s/c.yaml.gz': gzipSync(pod('c')),
      'k8s/notes.txt': 'no manifest',
      'k8s/.hidden.yaml': pod('hidden'),
      'k8s/node_modules/x.yaml': pod('not-ours'),
    });
    expect([...(await reading(['k8s'])).texts.keys()]).toEqual([
      'k8s/a/z.yml',
      'k8s/a.json',
      'k8s/b.yaml',
      'k8s/c.yaml.gz',
    ]);
  });

  test('without any is refused', async () => {
    mkdirSync('empty');
    expect(await refusal(['empty'])).toBe(
      'folder `empty` has no .yaml, .yml or .json file in it, no kustomization and no Helm chart',
    );
  });

  test('a link to a file is followed, one to nothing is a problem', async () => {
    write({ 'k8s/a.yaml': pod('a'), 'elsewhere/b.yaml': pod('b') });
    symlinkSync('../elsewhere/b.yaml', 'k8s/b.yaml');
    symlinkSync('nowhere.yaml', 'k8s/c.yaml');
    symlinkSync('e.yaml', 'k8s/d.yaml');
    symlinkSync('d.yaml', 'k8s/e.yaml');
    symlinkSync('nowhere.txt', 'k8s/f.txt');
    const { objects, problems, messages } = await reading(['k8s']);
    expect(objects).toEqual(['default/Pod/a', 'default/Pod/b']);
    expect(problems).toEqual([
      'unreadable-file k8s/c.yaml:1',
      'unreadable-file k8s/d.yaml:1',
      'unreadable-file k8s/e.yaml:1',
    ]);
    expect(messages.slice(0, 2)).toEqual([
      'this cannot be read: a link to nothing',
      'this cannot be read: a loop of links',
    ]);
  });

  test('a link to a folder is not followed, and that is said; one in a circle hides nothing', async () => {
    write({ 'k8s/a.yaml': pod('a'), 'elsewhere/b.yaml': pod('b') });
    symlinkSync('../elsewhere', 'k8s/more');
    symlinkSync('.', 'k8s/self');
    symlinkSync('..', 'k8s/up');
    const { objects, problems } = await reading(['k8s']);
    expect(objects).toEqual(['default/Pod/a']);
    expect(problems).toEqual([
      'not-followed k8s/more:1',
      'not-followed k8s/self:1',
      'not-followed k8s/up:1',
    ]);
    const { severity } = (await walkFolder(new DiskTree(), 'k8s', kustomizations())).problems[1]!;
    expect(severity).toBe('info');
    expect((await reading(['k8s/more'])).objects).toEqual(['default/Pod/b']);
  });

  test('that is huge is read up to a limit, which is said', async () => {
    write({ 'k8s/a.yaml': pod('a'), 'k8s/b.yaml': pod('b'), 'k8s/c/c.yaml': pod('c') });
    const walk = (manifests: number, entries: number): ReturnType<typeof walkFolder> =>
      walkFolder(new DiskTree(), 'k8s', kustomizations(), { manifests, entries });
    expect(await walk(3, 4)).toMatchObject({ problems: [] });
    const { manifests, problems } = await walk(2, 100);
    expect(manifests).toEqual(['k8s/a.yaml', 'k8s/b.yaml']);
    expect(problems).toMatchObject([{ code: 'too-large', severity: 'error' }]);
    expect(problems[0]!.message).toContain('more than 2 manifests below this folder');
    expect((await walk(100, 3)).problems[0]!.message).toContain('more than 3 files');
  });

  test('a file of it that cannot be read hides no other', async () => {
    write({ 'k8s/a.yaml': pod('a'), 'k8s/b.yaml': gzipSync(pod('b')).subarray(0, 40) });
    const { objects, problems } = await reading(['k8s']);
    expect(objects).toEqual(['default/Pod/a']);
    expect(problems).toEqual(['not-text k8s/b.yaml:1']);
  });

  test('a template that was not rendered is a problem, and the rest is read', async () => {
    write({
      'k8s/a.yaml': pod('a'),
      'k8s/t.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n',
    });
    const { objects, problems } = await reading(['k8s']);
    expect(objects).toEqual(['default/Pod/a']);
    expect(problems).toEqual(['helm-template k8s/t.yaml:4']);
  });

  test('of templates is no source: the chart is', async () => {
    write({ 'web/Chart.yaml': 'name: web\nversion: 1.0.0\n', 'web/templates/a.yaml': '{{ x }}' });
    expect(await refusal(['web/templates'])).toBe(
      '`web/templates` has the templates of a Helm chart, which mean nothing before they are rendered; give the folder of the chart: `web`',
    );
  });
});

describe('several sources', () => {
  test('are merged, and the later of two objects wins, with both places told', async () => {
    write({ 'a.yaml': pod('a'), 'b.yaml': pod('a') + '---\n' + pod('b') });
    const { objects, problems, messages } = await reading(['a.yaml', '-'], {}, pod('c'));
    expect(objects).toEqual(['default/Pod/a', 'default/Pod/c']);
    expect(problems).toEqual([]);
    const twice = await reading(['a.yaml', 'b.yaml']);
    expect(twice.objects).toEqual(['default/Pod/a', 'default/Pod/b']);
    expect(twice.problems).toEqual(['duplicate-object b.yaml:1']);
    expect(twice.messages).toEqual([
      'Pod `default/a` was read before, at a.yaml:1:1; this one replaces it',
    ]);
    expect(messages).toEqual([]);
  });

  test('cannot have standard input twice', async () => {
    expect(await refusal(['-', '-'])).toBe('`-` stands twice; standard input can be read once');
  });
});

describe('a name that is nothing', () => {
  test.each([
    ['k8z', 'there is no file or folder `k8z`: did you mean `k8s`?'],
    ['k8s/polices/db.yaml', 'did you mean `k8s/policies/db.yaml`?'],
    ['k8s/policies/bd.yaml', 'did you mean `k8s/policies/db.yaml`?'],
    ['nowhere', 'there is no file or folder `nowhere`; a source is a file, a folder of manifests'],
    ['nowhere', '`git:REV[:PATH]`, or `-` for standard input'],
  ])('%s', async (name, words) => {
    write({ 'k8s/policies/db.yaml': pod('db') });
    expect(await refusal([name])).toContain(words);
  });
});

function kustomizations(): Kustomizations {
  return new Kustomizations(new DiskTree());
}
