import { HostError } from '../kernel/host/host-error.ts';
import { NobodyServes, askLab } from '../lab/control/client.ts';
import { endLab } from '../lab/control/end-lab.ts';
import type { LabFolder, LabMode } from '../lab/process/folder.ts';
import { isAlive } from '../lab/process/identity.ts';
import type { LabInput } from '../lab/process/input.ts';
import { startLab } from '../lab/process/processes.ts';
import type { LabStatus } from '../lab/running/status.ts';
import { MOST_NODES } from '../lab/state/nodes.ts';
import type { Console } from './console.ts';
import { EXIT, UsageError } from './exit.ts';
import { reportProblems } from './input.ts';
import type { InputOptions } from './input.ts';
import { labNamed } from './lab-find.ts';
import { loadLabSource } from './lab-source.ts';
import type { LabSource } from './lab-source.ts';
import { labThings } from './lab-things.ts';

export interface LabUpOptions extends InputOptions {
  readonly name: string;
  readonly nodes?: string;
  readonly root?: true;
  readonly userNamespace?: true;
}

/** `sluice lab up`: returns when everything answers; takes up a lab whose process has died. */
export async function labUp(options: LabUpOptions, console: Console): Promise<number> {
  const began = performance.now();
  const nodes = parseNodes(options.nodes);
  const folder = labNamed(options.name, console);
  folder.create();
  const state = folder.state();
  try {
    if (state?.daemon !== undefined && isAlive(state.daemon)) {
      throw new UsageError(
        `lab \`${folder.name}\` is up; \`sluice lab apply\` changes it, \`sluice lab down\` ends it, --name begins another`,
      );
    }
    const before = folder.input();
    const source =
      options.file.length === 0 && before !== undefined
        ? undefined
        : await loadLabSource(options, console);
    const input = inputOf(source, before, options.podCidr, nodes);
    const code =
      source === undefined ? EXIT.yes : reportProblems(source.cluster, console, EXIT.yes);
    await startLab(folder, state, modeOf(options), (own, mode) => [
      process.argv[1]!,
      'lab',
      'serve',
      own.path,
      mode,
    ]);
    const status = await bringUp(folder, input, console);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.stdout.write(summary(status, seconds));
    return code;
  } catch (error) {
    // Nothing was there before, so nothing may stay.
    if (state === undefined) await endLab(folder);
    throw error;
  }
}

function parseNodes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= MOST_NODES) return number;
  throw new UsageError(`--nodes: \`${text}\` is not a number from 1 to ${MOST_NODES}`);
}

function modeOf({ root, userNamespace }: LabUpOptions): LabMode | undefined {
  if (root) return 'root';
  return userNamespace ? 'user' : undefined;
}

function inputOf(
  source: LabSource | undefined,
  before: LabInput | undefined,
  podCidr: readonly string[],
  nodes: number | undefined,
): LabInput {
  if (source === undefined) return before!;
  const wanted = nodes ?? before?.nodes;
  return {
    sources: source.sources,
    podCidr: podCidr.length > 0 ? podCidr : (before?.podCidr ?? []),
    ...(wanted !== undefined && { nodes: wanted }),
    ...(before?.kept && { kept: before.kept }),
  };
}

async function bringUp(folder: LabFolder, input: LabInput, console: Console): Promise<LabStatus> {
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt);
  const live = console.stderr.isTTY === true;
  try {
    return await askLab(
      folder.socket,
      { kind: 'up', input },
      {
        signal: interrupted.signal,
        said: (text) => live && console.stderr.write(`\r\u001B[K${text} …`),
      },
    );
  } catch (error) {
    if (!(error instanceof NobodyServes)) throw error;
    if (interrupted.signal.aborted) throw new HostError('interrupted', { cause: error });
    throw new HostError(`${error.message}: ${folder.lastWords()}`, { cause: error });
  } finally {
    process.removeListener('SIGINT', interrupt);
    if (live) console.stderr.write('\r\u001B[K');
  }
}

function summary(status: LabStatus, seconds: string): string {
  const { name, notes, faults } = status;
  const lines = [
    `lab \`${name}\` is up in ${seconds} s: ${labThings(status)}`,
    ...notes.map((note) => `note: ${note}`),
    ...faults.map((fault) => `fault: ${fault}`),
    'try: sluice lab status · sluice lab exec NAMESPACE/POD · sluice lab probe · sluice lab down',
  ];
  return `${lines.join('\n')}\n`;
}
