import type { Console } from '../src/cli/console.ts';
import { run } from '../src/cli/main.ts';

/** What a run of the command line printed, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process, as on a pipe: no colours, no progress bar. */
export async function sluice(args: readonly string[], stdin = ''): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const console: Console = {
    stdout: { write: (text) => ((stdout += text), true), once: () => undefined },
    stderr: { write: (text) => ((stderr += text), true) },
    stdin: () => Promise.resolve(new TextEncoder().encode(stdin)),
    env: {},
  };
  const code = await run(args, console);
  return { code, stdout, stderr };
}
