/** A source that is not there or cannot be opened: nothing was asked that could be answered. */
export class SourceError extends Error {
  override readonly name: string = 'SourceError';
}

/** A source that needs a program this host does not have; the message says which, and what else would do. */
export class MissingProgramError extends SourceError {
  override readonly name = 'MissingProgramError';
}

/** Files of a tree that cannot be had; the message says why. */
export class TreeError extends Error {
  override readonly name = 'TreeError';
}

/** Whether an error is one of the system, like a full disk. */
export function hasCode(error: unknown): error is Error & { readonly code: unknown } {
  return error instanceof Error && 'code' in error;
}

/** Why something could not be read, in words: `no such file`, `permission denied`. */
export function reasonOf(error: unknown): string {
  if (hasCode(error)) return REASONS.get(String(error.code)) ?? String(error.code);
  return error instanceof Error ? error.message : 'unknown';
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ENOENT', 'no such file'],
  ['ELOOP', 'a loop of links'],
  ['ENAMETOOLONG', 'its path is too long'],
  ['EISDIR', 'it is a folder'],
  ['EIO', 'the disk failed'],
  ['ENOSPC', 'the disk is full'],
  ['EMFILE', 'too many open files'],
]);
