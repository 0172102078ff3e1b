import { Option } from 'commander';
import type { Command } from 'commander';
import { HostError } from '../kernel/host/host-error.ts';
import { NobodyServes } from '../lab/control/client.ts';
import type { LabMode } from '../lab/process/folder.ts';
import { DEFAULT_LAB } from '../lab/state/names.ts';
import { LabRefusal } from '../lab/state/refusal.ts';
import type { Console } from './console.ts';
import { EXIT, UsageError } from './exit.ts';
import type { LabApplyOptions } from './lab-apply.ts';
import type { LabDownOptions } from './lab-down.ts';
import type { LabOption } from './lab-find.ts';
import type { LabProbeOptions } from './lab-probe.ts';
import type { LabStatusOptions } from './lab-status.ts';
import type { LabUpOptions } from './lab-up.ts';
import type { LabWatchOptions } from './lab-watch.ts';
import { collect, readsSources } from './source-options.ts';

const WHICH = 'the lab; the only one there is when left out';

/** Registers `sluice lab …`; each command is loaded when it is used. */
export function registerLab(lab: Command, console: Console, exit: (code: number) => void): void {
  lab.description('a cluster on this machine: pods that really talk, policies really enforced');
  lab.enablePositionalOptions();
  const command = (words: string, description: string): Command =>
    lab
      .command(words)
      .description(description)
      .exitOverride()
      .configureOutput(lab.configureOutput());
  const run =
    <T extends unknown[]>(work: (...words: T) => Promise<number>) =>
    async (...words: T): Promise<void> =>
      exit(await told(() => work(...words), console));

  readsSources(command('up', 'start the cluster of a source'))
    .option('--name <name>', 'what to call the lab', DEFAULT_LAB)
    .option('--nodes <number>', 'how many nodes at least')
    .addOption(new Option('--root', 'as root, not in a user namespace').conflicts('userNamespace'))
    .option('--user-namespace', 'without root, in a user namespace')
    .action(
      run(async (options: LabUpOptions) => (await import('./lab-up.ts')).labUp(options, console)),
    );

  readsSources(command('apply', 'change the running cluster: objects are added or replaced'))
    .option('--name <name>', WHICH)
    .option('--prune', 'what the source does not have goes', false)
    .action(
      run(async (options: LabApplyOptions) =>
        (await import('./lab-apply.ts')).labApply(options, console),
      ),
    );

  command('exec', 'run a program in a pod')
    .usage('[options] <who> [-- command...]')
    .argument('<who>', 'NAMESPACE/NAME of a pod or workload, node/NAME, or `outside`')
    .argument('[command...]', 'the program and its words; a shell when left out')
    .option('--name <name>', WHICH)
    .passThroughOptions()
    .action(
      run(async (who: string, words: string[], options: LabOption) =>
        (await import('./lab-exec.ts')).labExec(who, words, options, console),
      ),
    );

  command('status', 'nodes, pods and addresses of the lab, and whether all is well')
    .option('--name <name>', WHICH)
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['table', 'json'])
        .default('table'),
    )
    .action(
      run(async (options: LabStatusOptions) =>
        (await import('./lab-status.ts')).labStatus(options, console),
      ),
    );

  command('probe', 'try every connection and compare it with what the engine says')
    .option('--name <name>', WHICH)
    .option(
      '--from <name>',
      'only from this pod or workload (NAMESPACE/NAME), node/NAME or `outside`',
      collect,
      [],
    )
    .option('--to <name>', 'only to this one, or svc/NAMESPACE/NAME', collect, [])
    .option('--port <port>', 'only this port: 80, 53/UDP, icmp', collect, [])
    .option('--direct', 'only by pod address')
    .option('--service', 'only by Service address')
    .option('--dns', 'only by DNS name')
    .option('--patience <ms>', 'the longest an answer is waited for', '1000')
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['table', 'json'])
        .default('table'),
    )
    .action(
      run(async (options: LabProbeOptions) =>
        (await import('./lab-probe.ts')).labProbe(options, console),
      ),
    );

  command('watch', 'tell each denied connection as it happens, why, and what would allow it')
    .option('--name <name>', WHICH)
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['table', 'json'])
        .default('table'),
    )
    .action(
      run(async (options: LabWatchOptions) =>
        (await import('./lab-watch.ts')).labWatch(options, console),
      ),
    );

  command('list', 'the labs of this user').action(
    run(async () => (await import('./lab-list.ts')).labList(console)),
  );

  command('down', 'end the lab and remove everything of it')
    .option('--name <name>', WHICH)
    .option('--all', 'every lab of this user', false)
    .action(
      run(async (options: LabDownOptions) =>
        (await import('./lab-down.ts')).labDown(options, console),
      ),
    );

  lab
    .command('serve <folder> <mode>', { hidden: true })
    .action(
      run(async (folder: string, mode: LabMode) =>
        (await import('./lab-serve.ts')).labServe(folder, mode),
      ),
    );
}

/** Failures of the host and inputs that fit no lab are told in a sentence, with their exit code. */
export async function told(work: () => Promise<number>, console: Console): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    const code = CODES.find(([kind]) => error instanceof kind)?.[1];
    if (code === undefined) throw error;
    console.stderr.write(`sluice: ${error.message}\n`);
    return code;
  }
}

const CODES = [
  [HostError, EXIT.host],
  [NobodyServes, EXIT.host],
  [LabRefusal, EXIT.usage],
] as const;
