/** What each exit code of the command line says. */
export const EXIT = {
  /** yes, clean, the same */
  yes: 0,
  /** no, findings, differs */
  no: 1,
  /** the command was used wrongly */
  usage: 2,
  /** problems in the input hide part of the answer; the rest was printed */
  problems: 3,
  /** the host or the cluster failed */
  host: 4,
} as const;

/** The command cannot begin: its words, or what they name, are wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code: number = EXIT.usage;
}
