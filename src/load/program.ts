import { spawn } from 'node:child_process';

/** How long a program may take, and how much it may write to its standard output. */
export interface Limits {
  readonly milliseconds: number;
  readonly bytes: number;
}

/** What every program is held to; docs/sources.md states it. */
export const LIMITS: Limits = { milliseconds: 60_000, bytes: 500_000_000 };

/** How a program ended. */
export type Outcome =
  | {
      readonly kind: 'ended';
      readonly status: number;
      readonly stdout: Uint8Array;
      readonly stderr: string;
    }
  /** There is no such program, or it cannot be started. */
  | { readonly kind: 'missing' }
  /** It was ended, for the reason that is told. */
  | { readonly kind: 'stopped'; readonly why: string };

/** Of what a program says about its failure, this much is kept. */
const MOST_STDERR = 64_000;

/**
 * Runs a program to its end: no shell, nothing on its standard input, the environment of this process,
 * in the C locale, without questions asked on the terminal. Never rejects.
 */
export function runProgram(
  name: string,
  args: readonly string[],
  limits: Limits = LIMITS,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(name, args, {
      env: programEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const stdout: Uint8Array[] = [];
    let bytes = 0;
    let stderr = '';
    let why: string | undefined;
    const stop = (reason: string): void => {
      why ??= reason;
      child.kill('SIGKILL');
      // a process of its own that it started may hold the pipes open
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(
      () => stop(`\`${name}\` did not end within ${limits.milliseconds / 1000} s`),
      limits.milliseconds,
    );
    child.stdout.on('data', (piece: Uint8Array) => {
      bytes += piece.length;
      if (bytes > limits.bytes) stop(`\`${name}\` wrote more than ${limits.bytes / 1e6} MB`);
      else stdout.push(piece);
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      if (stderr.length < MOST_STDERR) stderr += piece;
    });
    child.on('error', () => {
      clearTimeout(timer);
      resolve({ kind: 'missing' });
    });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      if (why === undefined && signal !== null) why = `\`${name}\` was ended by ${signal}`;
      if (why !== undefined) resolve({ kind: 'stopped', why });
      else resolve({ kind: 'ended', status: status!, stdout: Buffer.concat(stdout), stderr });
    });
  });
}

/** The environment of this process, with messages in English and no questions on the terminal. */
export function programEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' };
}
