import { readFileSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { beforeEach, describe, expect, test } from 'vitest';
import { inFolder, reading, refusal, withPath } from './loading.ts';
import { pod, useEmptyFolder, write } from './place.ts';
import { commit, git, makeRepository } from './repository.ts';

useEmptyFolder();

beforeEach(makeRepository);

const ONE = ['default/Pod/a', 'default/Pod/b', 'default/Pod/c', 'default/Pod/umlaut'];

describe('a revision', () => {
  test('is read as it was committed, and the work tree is not touched', async () => {
    const before = git('status', '--porcelain');
    const index = (): number => statSync('.git/index').mtimeMs;
    const time = index();
    expect((await reading(['git:v1'])).objects).toEqual(ONE);
    expect((await reading(['git:main'])).objects).toContain('default/Pod/new');
    expect((await reading(['git:main'])).objects).not.toContain('default/Pod/not-committed');
    expect(index()).toBe(time);
    expect(git('status', '--porcelain')).toBe(before);
    expect(readFileSync('k8s/a.yaml', 'utf8')).toBe(pod('not-committed'));
  });

  test.each([
    ['git:v1:k8s', ['default/Pod/a', 'default/Pod/b', 'default/Pod/umlaut']],
    ['git:v1:k8s/', ['default/Pod/a', 'default/Pod/b', 'default/Pod/umlaut']],
    ['git:v1:./k8s/deep', ['default/Pod/b']],
    ['git:v1:k8s/a.yaml', ['default/Pod/a']],
    ['git:main~1:k8s/a.yaml', ['default/Pod/a']],
    ['git:HEAD^{/one}:k8s/a.yaml', ['default/Pod/a']],
    ['git:v1:/other', ['default/Pod/c']],
  ])('%s', async (name, objects) => {
    expect((await reading([name])).objects).toEqual(objects);
  });

  test('files are called by a name that git and Sluice take again', async () => {
    const { texts } = await reading(['git:v1:k8s']);
    const names = [...texts.keys()];
    expect(names).toEqual(['git:v1:k8s/a.yaml', 'git:v1:k8s/deep/er/b.yml', 'git:v1:k8s/ü é.yaml']);
    for (const name of names) {
      expect(git('show', name.slice('git:'.length))).toBe(texts.get(name));
      expect([...(await reading([name])).texts]).toEqual([[name, texts.get(name)]]);
    }
  });

  test('in a folder of the repository that folder is meant, and paths begin there', async () => {
    await inFolder('k8s/deep', async () => {
      expect((await reading(['git:v1'])).objects).toEqual(['default/Pod/b']);
      expect((await reading(['git:v1:er'])).objects).toEqual(['default/Pod/b']);
      expect((await reading(['git:v1:../a.yaml'])).objects).toEqual(['default/Pod/a']);
      // as git itself has it, from the root
      expect((await reading(['git:v1:other'])).objects).toEqual(['default/Pod/c']);
      expect(await refusal(['git:v1:./other'])).toContain('there is no `k8s/deep/other` at `v1`');
    });
  });

  test('links are followed as on the disk, but not out of the repository', async () => {
    symlinkSync('../other/c.yaml', 'k8s/link.yaml');
    symlinkSync('../other', 'k8s/folder');
    symlinkSync('/etc/hostname', 'k8s/out.yaml');
    symlinkSync('loop.yaml', 'k8s/loop.yaml');
    commit('links');
    const { objects, problems } = await reading(['git:main:k8s']);
    expect(objects).toContain('default/Pod/c');
    expect(problems).toEqual([
      'not-followed git:main:k8s/folder:1',
      'unreadable-file git:main:k8s/loop.yaml:1',
      'unreadable-file git:main:k8s/out.yaml:1',
    ]);
    expect((await reading(['git:main:k8s/folder'])).objects).toEqual(['default/Pod/c']);
  });

  test('a submodule is not read, which is said', async () => {
    const id = git('rev-parse', 'HEAD').trim();
    git('update-index', '--add', '--cacheinfo', `160000,${id},k8s/sub`);
    git('commit', '--quiet', '-m', 'sub');
    expect((await reading(['git:main:k8s'])).problems).toEqual(['not-followed git:main:k8s/sub:1']);
    expect(await refusal(['git:main:k8s/sub'])).toContain('`k8s/sub` is a submodule');
  });

  test('packed objects and large files are read', async () => {
    const large = pod('large') + '# '.padEnd(3_000_000, 'x') + '\n';
    write({ 'k8s/large.yaml': large });
    commit('large');
    git('gc', '--quiet');
    const { texts } = await reading(['git:main:k8s']);
    expect(texts.get('git:main:k8s/large.yaml')).toBe(large);
  });

  test('two revisions and the work tree can be given at once', async () => {
    const { texts } = await reading(['git:v1:k8s/a.yaml', 'git:main:k8s/a.yaml', 'k8s/a.yaml']);
    expect([...texts.keys()]).toEqual(['git:v1:k8s/a.yaml', 'git:main:k8s/a.yaml', 'k8s/a.yaml']);
  });
});

describe('a revision that is not there', () => {
  test.each([
    ['git:man', '`git:man`: there is no revision `man` in this repository: did you mean `main`?'],
    ['git:man~1:k8s', 'did you mean `main~1`?'],
    ['git:v2', 'did you mean `v1`?'],
    ['git:nothing-alike', 'in this repository; branches and tags: `main`, `v1`'],
    [
      'git:main~9',
      'there is no revision `main~9` in this repository: `main` is there, what is asked',
    ],
    ['git:v1:k8z/a.yaml', 'there is no `k8z/a.yaml` at `v1`: did you mean `git:v1:k8s/a.yaml`?'],
    ['git:v1:k8s/new.yaml', 'there is no `k8s/new.yaml` at `v1`'],
    ['git:v1:zzzzzzzz', 'at the root of the repository are `README.md`, `k8s`, `other`'],
    ['git:v1:../..', 'there is no `../..` at `v1`'],
    ['git:v1:README.md/x', 'there is no `README.md/x` at `v1`'],
  ])('%s', async (name, words) => {
    expect(await refusal([name])).toContain(words);
  });

  test('in a shallow clone the remedy is told', async () => {
    git('clone', '--quiet', '--depth=1', `file://${process.cwd()}`, 'shallow');
    await inFolder('shallow', async () => {
      expect(await refusal(['git:main~1'])).toContain('`git fetch --unshallow` gets it');
    });
  });

  test('in a repository without a commit', async () => {
    git('init', '--quiet', 'new');
    await inFolder('new', async () => {
      expect(await refusal(['git:HEAD'])).toContain('nothing is committed yet');
    });
  });

  test('outside of any repository', async () => {
    await inFolder(tmpdir(), async () => {
      expect(await refusal(['git:main'])).toBe(
        '`git:main`: the working directory is in no git repository; go into one first',
      );
    });
  });

  test('without git', async () => {
    expect(await withPath(['/nonexistent'], () => refusal(['git:main']))).toContain(
      '`git` is not installed, and a `git:` source needs it',
    );
  });
});
