import type { Console } from '../../src/cli/console.ts';
import { reach } from '../../src/cli/reach.ts';
import type { ChartOptions } from '../../src/load/chart-options.ts';

/** What `sluice reach` says of sources: who is there, and who reaches whom. */
export interface ReachAnswer {
  readonly code: number;
  readonly endpoints: unknown;
  readonly connections: readonly unknown[];
  readonly stderr: string;
}

/** Runs `sluice reach --expand -o json`. */
export async function reachOf(
  names: readonly string[],
  options: ChartOptions = {},
  stdin: Uint8Array | string = '',
): Promise<ReachAnswer> {
  const out = { stdout: '', stderr: '' };
  const bytes = typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin;
  const console: Console = {
    stdout: { write: (text) => ((out.stdout += text), true), once: () => undefined },
    stderr: { write: (text) => ((out.stderr += text), true) },
    stdin: () => Promise.resolve(bytes),
    env: {},
  };
  const lists = { from: [], to: [], port: [], podCidr: [] };
  const request = { ...lists, ...options, output: 'json', by: 'workload', expand: true } as const;
  const code = await reach([], { ...request, file: names }, console);
  const { endpoints, connections } = JSON.parse(out.stdout) as ReachAnswer;
  return { code, endpoints, connections, stderr: out.stderr };
}
