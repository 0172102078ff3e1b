import { describe, expect, test } from 'vitest';
import { SourceError } from '../../src/load/source-error.ts';
import { parseSourceName } from '../../src/load/source-name.ts';

describe('the name of a source', () => {
  test.each([
    ['-', { kind: 'stdin' }],
    ['k8s', { kind: 'path', path: 'k8s' }],
    ['./cluster', { kind: 'path', path: './cluster' }],
    ['./git:main', { kind: 'path', path: './git:main' }],
    ['clusters', { kind: 'path', path: 'clusters' }],
    ['git:main', { kind: 'git', revision: 'main', path: undefined }],
    ['git:main:', { kind: 'git', revision: 'main', path: undefined }],
    ['git:HEAD~2:k8s/a.yaml', { kind: 'git', revision: 'HEAD~2', path: 'k8s/a.yaml' }],
    ['git:main:a:b', { kind: 'git', revision: 'main', path: 'a:b' }],
    [
      'git:main@{2026-01-01 10:00:00}:k8s',
      { kind: 'git', revision: 'main@{2026-01-01 10:00:00}', path: 'k8s' },
    ],
    ['git:HEAD^{/fix: it}', { kind: 'git', revision: 'HEAD^{/fix: it}', path: undefined }],
  ])('%s', (name, is) => {
    expect(parseSourceName(name)).toEqual(is);
  });

  test.each([
    ['', 'the name of a source is empty; a source is a file, a folder'],
    ['cluster', '`cluster`: a live cluster cannot be read yet; save what it has and give that'],
    ['cluster:prod', 'kubectl get --context prod pods'],
    ['git:', '`git:` names no revision; write `git:REV` or `git:REV:PATH`'],
    ['git::k8s', 'names no revision'],
    ['git:--all', 'a revision does not begin with `-`'],
    ['oci://registry.example/charts/web', '`helm pull oci://registry.example/charts/web`'],
    ['https://example.org/a.yaml', 'nothing is fetched from the web; fetch it first'],
  ])('%j is refused in words', (name, words) => {
    expect(() => parseSourceName(name)).toThrow(SourceError);
    expect(() => parseSourceName(name)).toThrow(words);
  });
});
