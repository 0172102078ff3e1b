import { chmodSync, lstatSync, readFileSync, symlinkSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { GitObjects } from '../../src/load/git-objects.ts';
import { parseTree } from '../../src/load/git-tree.ts';
import { withRevision } from '../../src/load/revision.ts';
import { reading, refusal, withPath } from './loading.ts';
import { pod, useEmptyFolder, write } from './place.ts';
import { commit, git, makeRepository } from './repository.ts';

useEmptyFolder();
beforeEach(makeRepository);

test('an object that is missing in the store is a problem of its file', async () => {
  write({ 'other/kustomization.yaml': 'resources: [c.yaml]\n' });
  git('add', 'other');
  git('commit', '--quiet', '-m', 'kustomization');
  const ids = ['k8s/new.yaml', 'other/c.yaml'].map((file) => {
    const id = git('rev-parse', `main:${file}`).trim();
    unlinkSync(`.git/objects/${id.slice(0, 2)}/${id.slice(2)}`);
    return id;
  });
  const { problems, objects } = await reading(['git:main:k8s']);
  expect(problems).toEqual(['unreadable-file git:main:k8s/new.yaml:1']);
  expect(objects).toContain('default/Pod/a2');
  expect(await refusal(['git:main:k8s/new.yaml'])).toBe(
    `\`git:main:k8s/new.yaml\` cannot be read: git cannot read it: ${ids[0]} missing`,
  );
  expect((await reading(['git:main:other'])).messages).toEqual([
    `this cannot be rendered: git cannot read it: ${ids[1]} missing`,
  ]);
});

test('a folder that is missing in the store cannot be read', async () => {
  const id = git('rev-parse', 'main:k8s').trim();
  unlinkSync(`.git/objects/${id.slice(0, 2)}/${id.slice(2)}`);
  expect(await refusal(['git:main:k8s/a.yaml'])).toBe(
    `\`git:main\`: git cannot read it: ${id} missing`,
  );
  const { objects, problems } = await reading(['git:main']);
  expect(objects).toEqual(['default/Pod/c']);
  expect(problems).toEqual(['unreadable-file git:main:k8s:1']);
});

test('links are exported only where they stay in the revision', async () => {
  const links = {
    good: 'k8s/a.yaml',
    'k8s/up': '../other',
    'k8s/here': '.',
    absolute: '/etc/hostname',
    out: '../outside',
    'k8s/far': '../../outside',
    'k8s/sly': 'here/../../../outside',
    'k8s/slyer': 'here/..',
    store: '.git/config',
  };
  for (const [link, target] of Object.entries(links)) symlinkSync(target, link);
  commit('links');
  await withRevision('main', async (tree) => {
    await tree.onDisk(['.'], (disk) => {
      const written = Object.keys(links).filter(
        (link) => lstatSync(disk.of(link), { throwIfNoEntry: false })?.isSymbolicLink() === true,
      );
      expect(written).toEqual(['good', 'k8s/up', 'k8s/here']);
      expect(readFileSync(disk.of('good'), 'utf8')).toBe(pod('not-committed'));
      return Promise.resolve();
    });
  });
});

test('an object that is too large, and a git that hangs, are told', async () => {
  const id = git('rev-parse', 'main:k8s/new.yaml').trim();
  const small = new GitObjects({ milliseconds: 10_000, bytes: 10 });
  await expect(small.read(id)).rejects.toThrow('it has 0 MB, and at most 0.00001 are read');
  // and the next one is answered
  await expect(small.read('main:k8s/none')).rejects.toThrow(
    'git cannot read it: main:k8s/none missing',
  );
  await small.close();
  write({ 'bin/git': '#!/bin/sh\nexec sleep 5\n' });
  chmodSync('bin/git', 0o755);
  await withPath([path.resolve('bin'), '/bin', '/usr/bin'], async () => {
    const hung = new GitObjects({ milliseconds: 100, bytes: 1000 });
    await expect(hung.read(id)).rejects.toThrow('`git cat-file` gave no answer within 0.1 s');
    await hung.close();
  });
});

test('tree objects are taken apart, with ids of either length', () => {
  const entry = (mode: string, name: string, id: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), id]);
  for (const length of [20, 32]) {
    const ids = [new Uint8Array(length).fill(0), new Uint8Array(length).fill(0x20)];
    const bytes = Buffer.concat([entry('40000', 'a b', ids[0]!), entry('100644', 'ü', ids[1]!)]);
    expect(parseTree(bytes, length)).toEqual([
      { mode: '40000', name: 'a b', id: '00'.repeat(length) },
      { mode: '100644', name: 'ü', id: '20'.repeat(length) },
    ]);
  }
});
