import { Option } from 'commander';
import type { Command } from 'commander';
import type { Console } from './console.ts';
import { told } from './lab.ts';
import { readsSources } from './source-options.ts';

/** Describes `sluice test`; its work is loaded when it is called. */
export function registerTest(
  command: Command,
  console: Console,
  exit: (code: number) => void,
): void {
  readsSources(command)
    .description('do the expectations hold: who must reach whom, and who must not')
    .argument(
      '[expectations...]',
      'files of expectations, or of netassert v2 tests; when left out, those among the sources',
    )
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['table', 'json', 'yaml', 'tap', 'junit'])
        .default('table'),
    )
    .option('--accept-depends', 'count what depends on something not known as passed', false)
    .option('--coverage', 'also list the rules of policies that no expectation exercises', false)
    .option(
      '--mutate',
      'also change the policies, one thing at a time, and list the changes no expectation notices',
      false,
    )
    .option('--limit <count>', '--mutate: at most so many changes, chosen by --seed', '1000')
    .option('--seed <number>', '--mutate: which changes, when there are more than the limit', '1')
    .option(
      '--min-score <percent>',
      '--mutate: fail when fewer of the changes than this are noticed',
    )
    .option('--lab [name]', 'try the connections with real packets in a running lab')
    .action(async (files: string[], options: object) => {
      const { test } = await import('./test.ts');
      exit(await told(() => test(files, options as Parameters<typeof test>[1], console), console));
    });
}
