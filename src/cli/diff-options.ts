import { Option } from 'commander';
import type { Command } from 'commander';
import type { Console } from './console.ts';
import { collect, readsSources } from './source-options.ts';

/** Describes `sluice diff`; its work is loaded when it is called. */
export function registerDiff(
  command: Command,
  console: Console,
  exit: (code: number) => void,
): void {
  readsSources(command, 'a source that both have in common: OLD and NEW are added to it; repeat')
    .description('what would change: connections opened, closed, narrowed, and by which object')
    .argument('<old>', 'a source: file, folder, git:REV[:PATH], snapshot, `-` …')
    .argument('<new>', 'another')
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['table', 'json', 'yaml', 'csv', 'markdown', 'sarif'])
        .default('table'),
    )
    .option(
      '--from <name>',
      'only these sources (as FROM of `explain`, or NAMESPACE/*)',
      collect,
      [],
    )
    .option('--to <name>', 'only these destinations', collect, [])
    .option('--port <port>', 'only this port: 80, 53/UDP, 8000-9000', collect, [])
    .addOption(
      new Option('--by <group>', 'what lines of table, markdown and sarif speak of')
        .choices(['workload', 'namespace'])
        .default('workload'),
    )
    .action(async (old: string, current: string, options: object) => {
      const { diff } = await import('./diff.ts');
      exit(await diff({ old, new: current }, options as Parameters<typeof diff>[1], console));
    });
}
