import { SourceError } from './source-error.ts';

/** What the name of a source says it is; only a `path` must be looked at to know more. */
export type SourceName =
  | { readonly kind: 'stdin' }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'git'; readonly revision: string; readonly path: string | undefined };

/** What a source can be, for messages about one that is none of it. */
export const WHAT_A_SOURCE_IS =
  'a source is a file, a folder of manifests, a folder with a kustomization or a Helm chart, a packaged chart (.tgz), a saved snapshot, `git:REV[:PATH]`, or `-` for standard input';

/**
 * Takes the name of a source apart: `-`, `git:REV[:PATH]`, or a path. Throws a SourceError for what is
 * recognised but is no source (yet): a live cluster, an address of the web, a registry.
 */
export function parseSourceName(name: string): SourceName {
  if (name === '') throw new SourceError(`the name of a source is empty; ${WHAT_A_SOURCE_IS}`);
  if (name === '-') return { kind: 'stdin' };
  if (name === 'cluster' || name.startsWith('cluster:')) {
    const context = name === 'cluster' ? '' : ` --context ${name.slice('cluster:'.length)}`;
    throw new SourceError(
      `\`${name}\`: a live cluster cannot be read yet; save what it has and give that: \`kubectl get${context} pods,deployments,statefulsets,daemonsets,services,namespaces,nodes,networkpolicies -A -o yaml | sluice … -f -\`, or write \`./${name}\` for a file or folder of that name`,
    );
  }
  if (name.startsWith('git:')) return parseGit(name);
  if (name.startsWith('oci://')) {
    throw new SourceError(
      `\`${name}\`: a chart in a registry must be fetched first: \`helm pull ${name}\`, then give the .tgz file`,
    );
  }
  if (/^https?:\/\//.test(name)) {
    throw new SourceError(
      `\`${name}\`: nothing is fetched from the web; fetch it first: \`curl -fsSL ${name} | sluice … -f -\``,
    );
  }
  return { kind: 'path', path: name };
}

/** `git:REV[:PATH]`; a revision may have colons of its own in braces, as in `main@{2026-01-01 10:00}`. */
function parseGit(name: string): SourceName {
  const match = /^git:(?<revision>(?:\{[^}]*\}|[^:{])*)(?::(?<path>.*))?$/s.exec(name);
  const { revision = '', path } = match?.groups ?? {};
  const form = 'write `git:REV` or `git:REV:PATH`, like `git:main` or `git:HEAD~1:deploy`';
  if (match === null || revision === '') {
    throw new SourceError(`\`${name}\` names no revision; ${form}`);
  }
  if (revision.startsWith('-')) {
    throw new SourceError(`\`${name}\`: a revision does not begin with \`-\`; ${form}`);
  }
  return { kind: 'git', revision, path: path === '' ? undefined : path };
}
