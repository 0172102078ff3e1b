import type { Cluster } from '../model/cluster.ts';
import { readCluster } from '../read/cluster.ts';
import { SourceError, loadSources } from '../load/sources.ts';
import { EXIT, UsageError } from './exit.ts';
import type { Console } from './main.ts';
import { paint } from '../report/paint.ts';

/** Options every command that reads a cluster has. */
export interface InputOptions {
  readonly file: readonly string[];
  readonly podCidr: readonly string[];
}

/** Loads and reads the sources a command names. */
export async function readInput(
  sources: readonly string[],
  { file, podCidr }: InputOptions,
  console: Console,
): Promise<Cluster> {
  const names = [...file, ...sources];
  if (names.length === 0) {
    throw new UsageError(
      'no source given; name a file or folder with -f, or `-f -` for standard input',
    );
  }
  try {
    const loaded = await loadSources(names, console.stdin);
    const cluster = readCluster(loaded.sources, { podNetwork: podCidr });
    return { ...cluster, problems: [...loaded.problems, ...cluster.problems] };
  } catch (error) {
    if (error instanceof SourceError) throw new UsageError(error.message);
    if (error instanceof RangeError && podCidr.length > 0)
      throw new UsageError(`--pod-cidr: ${error.message}`);
    throw error;
  }
}

const MOST_SHOWN = 10;

/** Says on stderr what is wrong with the input, and returns the exit code that goes with it. */
export function reportProblems({ problems }: Cluster, console: Console, code: number): number {
  const told = problems.filter(({ severity }) => severity !== 'info');
  const ink = paint(usesColour(console, console.stderr));
  for (const { severity, message, place } of told.slice(0, MOST_SHOWN)) {
    const colour = severity === 'error' ? ink.red : ink.yellow;
    console.stderr.write(`${place.toString()}: ${colour(severity)}: ${message}\n`);
  }
  if (told.length > MOST_SHOWN) {
    console.stderr.write(
      `… and ${told.length - MOST_SHOWN} more problems; \`sluice check\` lists them all\n`,
    );
  }
  return problems.some(({ severity }) => severity === 'error') ? EXIT.problems : code;
}

/** Whether colours fit: on a terminal, unless NO_COLOR says no (no-color.org) or FORCE_COLOR yes. */
export function usesColour({ env }: Console, stream: { isTTY?: boolean }): boolean {
  if (env['NO_COLOR']) return false;
  return env['FORCE_COLOR'] ? true : stream.isTTY === true;
}
