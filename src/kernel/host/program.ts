import { spawn } from 'node:child_process';
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostError } from './host-error.ts';
import { enterWords, inNamespace } from './inside-namespace.ts';
import { hasNative } from './native.ts';
import { programPath } from './program-path.ts';

/** How a program ended, and what it wrote. */
export interface Outcome {
  /** The exit status; undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Written to its standard input. */
  readonly input?: string;
  /** The network namespace it runs in (a path); this process's own when absent. */
  readonly netns?: string | undefined;
  /** Told the process id before the program has done anything. */
  onStart?(pid: number): void;
}

/** Runs a program to its end, in the C locale. Rejects only when it cannot be started. */
export function runProgram(
  name: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const path = programPath(name);
  const { netns } = options;
  if (netns === undefined) return start(path, args, options);
  // A child begins in the namespace of the thread that starts it, which costs less than a second program.
  if (hasNative()) return inNamespace(netns, () => start(path, args, options));
  const [enter, ...words] = enterWords(netns);
  return start(enter!, [...words, path, ...args], options);
}

function start(path: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const input = options.input === undefined ? undefined : inputFile(options.input);
  const child = spawn(path, args, {
    env: { ...process.env, LC_ALL: 'C' },
    stdio: [input ?? 'ignore', 'pipe', 'pipe'],
  });
  if (input !== undefined) closeSync(input);
  if (child.pid !== undefined) options.onStart?.(child.pid);
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout!.on('data', (piece: Buffer) => stdout.push(piece));
    child.stderr!.on('data', (piece: Buffer) => stderr.push(piece));
    child.on('error', (error) => {
      reject(new HostError(`\`${path}\` cannot be started: ${error.message}`, { cause: error }));
    });
    child.on('close', (status) => {
      resolve({
        status: status ?? undefined,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
}

let files = 0;

/**
 * A file that has no name any more and holds the input, ready to be read from its beginning. Through a pipe,
 * a program whose parent is killed would take the first part of its input for all of it: half a transaction.
 */
function inputFile(input: string): number {
  const path = join(tmpdir(), `sluice-${process.pid}-${Date.now()}-${files++}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  const bytes = Buffer.from(input);
  // Written by position, so that the offset that the program shares stays at the beginning.
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, at);
  return file;
}
