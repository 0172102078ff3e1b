import { Command, CommanderError, Help, Option } from 'commander';
import type { Console } from './console.ts';
import { registerDiff } from './diff-options.ts';
import { EXIT, UsageError } from './exit.ts';
import { registerLab } from './lab.ts';
import { SOURCE, collect, readsSources } from './source-options.ts';
import { registerTest } from './test-options.ts';
import { VERSION } from './version.ts';

/** Runs the command line and returns the exit code; never throws for what a user wrote. */
export async function run(args: readonly string[], console: Console): Promise<number> {
  let code: number = EXIT.yes;
  const program = buildProgram(console, (next) => (code = next));
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.yes : EXIT.usage;
    if (error instanceof UsageError) {
      console.stderr.write(`sluice: ${error.message}\n`);
      return error.code;
    }
    throw error;
  }
}

function buildProgram(console: Console, exit: (code: number) => void): Command {
  const program = new Command('sluice')
    .description(
      'Kubernetes network policies seen, proven and enforced: who can talk to whom, exactly, and why',
    )
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => console.stdout.write(text),
      writeErr: (text) => console.stderr.write(text),
    })
    // an option that is off, or a list that is empty, when not given goes without saying
    .configureHelp({
      optionDescription: (option) =>
        new Help().optionDescription(option).replace(/ \(default: (?:\[\]|false)\)$/, ''),
    })
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Try:
  sluice reach -f examples/three-tier             who can talk to whom
  sluice explain shop/web shop/db 3306 -f examples/three-tier
  sluice check -f examples/three-tier             is the input valid, and is it meant
  sluice diff git:HEAD .                          what would change
  sluice test -f examples/three-tier              do the expectations hold

Exit codes: 0 yes or clean · 1 no or findings · 2 wrong usage · 3 problems in the input hide part of the answer · 4 the host failed`,
    );
  const inherit = (command: Command): Command =>
    command.exitOverride().configureOutput(program.configureOutput());

  readsSources(inherit(program.command('reach')))
    .description('who can talk to whom, on what: all pairs, exactly, the outside included')
    .argument('[sources...]', SOURCE)
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['table', 'json', 'yaml', 'csv', 'markdown', 'dot', 'mermaid', 'svg'])
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
      new Option(
        '--direction <direction>',
        'only pairs a policy isolates in this direction',
      ).choices(['ingress', 'egress']),
    )
    .option(
      '--changed-by <policy>',
      'only pairs that would differ without this policy: NAMESPACE/NAME, or NAME of a cluster policy',
    )
    .option(
      '--new-pod <pod>',
      'what a pod that does not exist yet could reach and be reached by: ns=shop,app=web,port=8080',
      collect,
      [],
    )
    .option('--by <group>', 'group by workload, namespace or label=KEY', 'workload')
    .option('--expand', 'json, yaml, csv: one entry for each pair of endpoints', false)
    .action(async (sources: string[], options: object) => {
      const { reach } = await import('./reach.ts');
      exit(await reach(sources, options as Parameters<typeof reach>[1], console));
    });

  readsSources(inherit(program.command('explain')))
    .description('may FROM connect to TO, and why')
    .argument('<from>', 'NAMESPACE/NAME, NAMESPACE/KIND/NAME, node/NAME, an address, or `internet`')
    .argument('<to>', 'the same, a Service: svc/NAMESPACE/NAME, or a domain: domain/NAME')
    .argument(
      '[port]',
      '80, 53/UDP, SCTP/7, icmp; the first port the destination serves when left out',
    )
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['table', 'json', 'yaml', 'markdown'])
        .default('table'),
    )
    .action(async (from: string, to: string, port: string | undefined, options: object) => {
      const { explain } = await import('./explain.ts');
      exit(await explain({ from, to, port }, options as Parameters<typeof explain>[1], console));
    });

  readsSources(inherit(program.command('check')))
    .description('is the input valid, and is it meant: problems and findings, with fixes')
    .argument('[sources...]', SOURCE)
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['table', 'json', 'yaml', 'csv', 'markdown', 'sarif'])
        .default('table'),
    )
    .option(
      '--ignore <code>',
      'leave findings of this code out; repeat, or put them in .sluice.yaml',
      collect,
      [],
    )
    .action(async (sources: string[], options: object) => {
      const { check } = await import('./check.ts');
      exit(await check(sources, options as Parameters<typeof check>[1], console));
    });
  registerDiff(inherit(program.command('diff')), console, exit);
  registerTest(inherit(program.command('test')), console, exit);
  registerLab(inherit(program.command('lab')), console, exit);

  readsSources(inherit(program.command('compile')))
    .description('the nftables ruleset of one node')
    .argument('[sources...]', SOURCE)
    .option('--node <name>', 'whose ruleset; the only node when left out')
    .option('--plain', 'without notes: as `nft -f` reads it', false)
    .action(async (sources: string[], options: object) => {
      const { compile } = await import('./compile.ts');
      exit(await compile(sources, options as Parameters<typeof compile>[1], console));
    });
  return program;
}
