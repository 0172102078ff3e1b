/** Of what a program says, a message repeats at most this much. */
const LONGEST = 400;

/** Lines that say nothing about the failure: hints for other options, deprecations, log lines. */
const IDLE = /^(?:#? ?warning\b|level=|Use --debug|walk\.go:|coalesce\.go:|\s*$)/i;

interface Cause {
  readonly shows: RegExp;
  /** In plain words; `$1` is what the pattern caught. */
  readonly words: string;
}

/** Failures that are common and hard to read, the most telling first. */
const CAUSES: readonly Cause[] = [
  {
    shows: /evalsymlink failure on '([^']+)' : lstat [^:]+: no such file or directory/,
    words: '`$1` does not exist',
  },
  {
    shows: /(?:trouble configuring builtin|must specify --enable-helm).*--enable-helm/,
    words:
      'it takes in a Helm chart, which kustomize does only when told; render it and give the result: `kustomize build --enable-helm … | sluice … -f -`',
  },
  {
    shows: /cycle detected: candidate root '([^']+)'/,
    words: 'it builds upon `$1`, which builds upon it again or has it inside',
  },
  {
    shows: /missing in charts\/ directory: (.+)$/,
    words: 'its dependencies are not there: $1; fetch them with `helm dependency build`',
  },
];

/** What a program wrote about its failure, on one line, in the words of the user, and not too long. */
export function faultInWords(stderr: string): string {
  const told = klogMessage(stderr) ?? stderr;
  const lines = told.split('\n').filter((line) => !IDLE.test(line));
  const whole = lines
    .join(' ')
    .replace(/^Error: /i, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  for (const { shows, words } of CAUSES) {
    const match = shows.exec(whole);
    if (match !== null) return words.replace('$1', () => match[1] ?? '');
  }
  if (whole === '') return 'it does not say why';
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST)}…` : whole;
}

/** The error in a log line of kubectl: `… "command failed" err="…"`, or `err=<` and lines up to ` >`. */
function klogMessage(stderr: string): string | undefined {
  const quoted = /"command failed" err=("(?:[^"\\]|\\.)*")/.exec(stderr)?.[1];
  if (quoted === undefined) return /"command failed" err=<\n(.*?)\n >/s.exec(stderr)?.[1];
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}
