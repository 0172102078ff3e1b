import { Reachability } from '../evaluate/map/reachability.ts';
import { LINT_CODES, lint } from '../lint/run/lint.ts';
import { ConfigError, knownCodes, loadConfig } from '../load/config.ts';
import { reportFindings } from '../report/findings/findings.ts';
import type { FindingsFormat } from '../report/findings/findings.ts';
import type { Console } from './console.ts';
import { EXIT, UsageError } from './exit.ts';
import { readInput, usesColour } from './input.ts';
import type { InputOptions } from './input.ts';
import { writeOut } from './output.ts';

export interface CheckOptions extends InputOptions {
  readonly output: FindingsFormat;
  readonly ignore: readonly string[];
}

/** `sluice check`: exit 0 when clean, 1 with findings that matter, 3 with errors in the input. */
export async function check(
  sources: readonly string[],
  options: CheckOptions,
  console: Console,
): Promise<number> {
  const disabled = await ignoredCodes(options.ignore);
  const cluster = await readInput(sources, options, console);
  const result = lint(cluster, new Reachability(cluster), { disabled });
  const { problems } = cluster;
  const colour = usesColour(console, console.stdout);
  await writeOut(reportFindings({ problems, result, format: options.output, colour }), console);
  if (problems.some(({ severity }) => severity === 'error')) return EXIT.problems;
  const matters = [...problems, ...result.findings].some(({ severity }) => severity !== 'info');
  return matters ? EXIT.no : EXIT.yes;
}

/** Codes left out by the command line and by the configuration of the working folder. */
async function ignoredCodes(given: readonly string[]): Promise<readonly string[]> {
  try {
    const { ignore } = await loadConfig(LINT_CODES);
    return [...ignore, ...knownCodes(given, LINT_CODES)];
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(error.message);
    throw error;
  }
}
