import { refuseIdleOptions } from '../load/chart-options.ts';
import type { ChartOptions } from '../load/chart-options.ts';
import { MissingProgramError, SourceError, loadSources } from '../load/sources.ts';
import type { Loaded } from '../load/sources.ts';
import type { Cluster } from '../model/cluster.ts';
import { readCluster } from '../read/objects/cluster.ts';
import { printable } from '../report/words/excerpt.ts';
import { paint } from '../report/words/paint.ts';
import type { Console } from './console.ts';
import { EXIT, UsageError } from './exit.ts';

/** How Helm charts among the sources are rendered: `--values`, `--set`, `--release` and more. */
export type { ChartOptions } from '../load/chart-options.ts';

/** Options every command that reads a cluster has. */
export interface InputOptions extends ChartOptions {
  readonly file: readonly string[];
  readonly podCidr: readonly string[];
}

/** A source needs a program that this host does not have. */
class HostLacksProgram extends UsageError {
  override readonly code: number = EXIT.host;
}

/** Loads and reads the sources a command names. */
export async function readInput(
  sources: readonly string[],
  options: InputOptions,
  console: Console,
): Promise<Cluster> {
  const loaded = await loadInput([...options.file, ...sources], options, console);
  return readLoaded(loaded, options);
}

/** Reads what was loaded. */
export function readLoaded(loaded: Loaded, { podCidr }: Pick<InputOptions, 'podCidr'>): Cluster {
  try {
    const cluster = readCluster(loaded.sources, { podNetwork: podCidr });
    return { ...cluster, problems: [...loaded.problems, ...cluster.problems] };
  } catch (error) {
    if (error instanceof RangeError && podCidr.length > 0)
      throw new UsageError(`--pod-cidr: ${error.message}`);
    throw error;
  }
}

/** The texts of the sources; throws a UsageError when there is none, or one that cannot be had. */
export async function loadInput(
  names: readonly string[],
  options: ChartOptions,
  console: Console,
): Promise<Loaded> {
  if (names.length === 0) {
    throw new UsageError(
      'no source given; name a file or folder with -f, or `-f -` for standard input',
    );
  }
  try {
    const loaded = await loadSources(names, console.stdin, options);
    if (loaded.charts === 0) refuseIdleOptions(options);
    return loaded;
  } catch (error) {
    if (error instanceof MissingProgramError) throw new HostLacksProgram(error.message);
    if (error instanceof SourceError) throw new UsageError(error.message);
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
    const where = printable(place.toString());
    console.stderr.write(`${where}: ${colour(severity)}: ${printable(message)}\n`);
  }
  for (const { code, message, place } of problems) {
    if (code === 'was-rendered')
      console.stderr.write(`note: \`${printable(place.file)}\`: ${printable(message)}\n`);
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
