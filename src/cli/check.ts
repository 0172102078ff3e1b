import { Reachability } from '../evaluate/reachability.ts';
import { lint } from '../lint/lint.ts';
import { reportFindings } from '../report/findings.ts';
import type { FindingsFormat } from '../report/findings.ts';
import { EXIT } from './exit.ts';
import { readInput, usesColour } from './input.ts';
import type { InputOptions } from './input.ts';
import type { Console } from './main.ts';
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
  const cluster = await readInput(sources, options, console);
  const result = lint(cluster, new Reachability(cluster), { disabled: options.ignore });
  const { problems } = cluster;
  const colour = usesColour(console, console.stdout);
  await writeOut(reportFindings({ problems, result, format: options.output, colour }), console);
  if (problems.some(({ severity }) => severity === 'error')) return EXIT.problems;
  const matters = [...problems, ...result.findings].some(({ severity }) => severity !== 'info');
  return matters ? EXIT.no : EXIT.yes;
}
