import { execFileSync } from 'node:child_process';
import { pod, write } from './place.ts';

/** Runs git in the working directory, as somebody, whatever the configuration of this machine. */
export function git(...words: string[]): string {
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  };
  return execFileSync('git', words, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Commits all there is. */
export function commit(message: string): void {
  git('add', '.');
  git('commit', '--quiet', '-m', message);
}

/** Makes a repository with two commits, `v1` and `main`, and a work tree that is ahead of both. */
export function makeRepository(): void {
  git('init', '--quiet', '--initial-branch=main');
  write({
    'README.md': 'no manifest\n',
    'k8s/a.yaml': pod('a'),
    'k8s/deep/er/b.yml': pod('b'),
    'k8s/ü é.yaml': pod('umlaut'),
    'other/c.yaml': pod('c'),
  });
  commit('one');
  git('tag', 'v1');
  write({ 'k8s/a.yaml': pod('a2'), 'k8s/new.yaml': pod('new') });
  commit('two: more');
  write({ 'k8s/a.yaml': pod('not-committed') });
}
