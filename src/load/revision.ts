import { nearest } from '../model/nearest.ts';
import { GitObjects } from './git-objects.ts';
import { GitTree } from './git-tree.ts';
import { nearestPath } from './nearest-path.ts';
import { runProgram } from './program.ts';
import { MissingProgramError, SourceError, TreeError } from './source-error.ts';

/** Hands on the files of a revision, and the folder of the repository that the working directory is. */
export async function withRevision<T>(
  revision: string,
  use: (tree: GitTree, here: string) => Promise<T>,
): Promise<T> {
  const here = await folderInRepository(revision);
  const root = await treeOf(revision);
  const objects = new GitObjects();
  try {
    return await use(new GitTree(objects, root, revision), here);
  } catch (error) {
    if (!(error instanceof TreeError)) throw error;
    throw new SourceError(`\`git:${revision}\`: ${error.message}`);
  } finally {
    await objects.close();
  }
}

/**
 * The path in a revision that a source names: as seen from the working directory, so that `git:main:deploy`
 * is what `deploy` was; else as seen from the root of the repository, as git itself has it. Without a path
 * it is the working directory. Throws a SourceError when neither is there.
 */
export async function pathInRevision(
  tree: GitTree,
  here: string,
  name: { readonly revision: string; readonly path: string | undefined },
): Promise<string> {
  const written = (name.path ?? '.').replace(/^\/+/, '');
  const near = tree.join(here, written).replace(/(?<=.)\/$/, '');
  const isRelative = name.path === undefined || /^\.\.?(?:\/|$)/.test(written);
  const places = isRelative ? [near] : [near, tree.join('.', written).replace(/(?<=.)\/$/, '')];
  for (const place of places) {
    if ((await tree.kindOf(place)) !== undefined) return tree.real(place);
  }
  const what = `there is no \`${places.at(-1)}\` at \`${name.revision}\``;
  for (const place of places) {
    const folder = await tree.entries(tree.join(place, '..')).catch(() => []);
    if (folder.some((entry) => entry.kind === 'submodule' && place.endsWith(entry.name))) {
      throw new SourceError(
        `\`${place}\` is a submodule, whose files this repository does not have; give \`git:REV\` in its own folder`,
      );
    }
    const meant = await nearestPath(tree, place);
    if (meant !== undefined) {
      throw new SourceError(`${what}: did you mean \`git:${name.revision}:${meant}\`?`);
    }
  }
  const names = (await tree.entries('.')).slice(0, 8).map((entry) => `\`${entry.name}\``);
  throw new SourceError(`${what}; at the root of the repository are ${names.join(', ')}`);
}

/** The working directory as seen from the root of its repository: `.`, `deploy/prod`. */
async function folderInRepository(revision: string): Promise<string> {
  const { status, stdout, stderr } = await git(['rev-parse', '--show-prefix']);
  if (status === 0) return stdout.trimEnd().replace(/\/$/, '') || '.';
  const source = `\`git:${revision}\``;
  if (stderr.includes('not a git repository')) {
    throw new SourceError(
      `${source}: the working directory is in no git repository; go into one first`,
    );
  }
  throw new SourceError(`${source}: ${shortened(stderr)}`);
}

/** The id of the tree of a revision. */
async function treeOf(revision: string): Promise<string> {
  const words = ['rev-parse', '--verify', '--end-of-options', `${revision}^{tree}`];
  const { status, stdout, stderr } = await git(words);
  // git before 2.30 repeats the option
  const id = stdout.trim().split('\n').at(-1)!;
  if (status === 0 && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) return id;
  const source = `\`git:${revision}\``;
  if (/is ambiguous/.test(stderr)) {
    throw new SourceError(
      `${source}: \`${revision}\` is short for several objects; write more of it`,
    );
  }
  throw new SourceError(`${source}: ${await unknownRevision(revision)}`);
}

async function unknownRevision(revision: string): Promise<string> {
  const [base = ''] = revision.split(/[~^@:]/, 1);
  const refs = await git(['for-each-ref', '--format=%(refname:short)']);
  const names = refs.stdout.split('\n').filter((name) => name !== '');
  const what = `there is no revision \`${revision}\` in this repository`;
  if (names.length === 0 && (await git(['rev-parse', '--verify', 'HEAD'])).status !== 0) {
    return `${what}: nothing is committed yet`;
  }
  if (names.includes(base) && base !== revision) {
    return `${what}: \`${base}\` is there, what is asked of it is not${await shallowly()}`;
  }
  const meant = nearest(base, names);
  if (meant !== undefined)
    return `${what}: did you mean \`${meant}${revision.slice(base.length)}\`?`;
  const shown = names.slice(0, 5).map((name) => `\`${name}\``);
  const more = names.length > shown.length ? ', …' : '';
  const list = shown.length === 0 ? '' : `; branches and tags: ${shown.join(', ')}${more}`;
  return `${what}${list}${await shallowly()}`;
}

async function shallowly(): Promise<string> {
  const { stdout } = await git(['rev-parse', '--is-shallow-repository']);
  return stdout.trim() === 'true'
    ? '; this clone has not the whole history: `git fetch --unshallow` gets it'
    : '';
}

async function git(
  words: readonly string[],
): Promise<{ status: number; stdout: string; stderr: string }> {
  const outcome = await runProgram('git', words);
  switch (outcome.kind) {
    case 'missing':
      throw new MissingProgramError(
        '`git` is not installed, and a `git:` source needs it; install it, or check the revision out elsewhere and give the folder',
      );
    case 'stopped':
      throw new SourceError(outcome.why);
    case 'ended': {
      const { status, stderr } = outcome;
      return { status, stdout: new TextDecoder().decode(outcome.stdout), stderr };
    }
  }
}

function shortened(stderr: string): string {
  const line = stderr.split('\n').find((one) => one.trim() !== '') ?? 'git failed';
  return line.replace(/^fatal: /, '').slice(0, 300);
}
