import { NobodyServes, askLab } from '../lab/control/client.ts';
import type { LabFolder } from '../lab/process/folder.ts';
import { readLab } from '../lab/process/input.ts';
import { agrees, agreesOnName, attemptOf } from '../lab/questions/question.ts';
import type { NameQuestion, Question, Via } from '../lab/questions/question.ts';
import { Questions } from '../lab/questions/questions.ts';
import type { Resolution } from '../lab/sockets/attempt.ts';
import type { LabCluster } from '../lab/state/cluster.ts';
import type { Service } from '../model/service.ts';
import type { Console } from './console.ts';
import { EXIT, UsageError } from './exit.ts';
import { usesColour } from './input.ts';
import { endFilter, serviceFilter } from './lab-ends.ts';
import { findState } from './lab-find.ts';
import type { LabOption } from './lab-find.ts';
import { differenceText, probeObject, probeText } from './lab-probe-text.ts';
import type { Tried, TriedName } from './lab-probe-text.ts';
import { Progress, writeOut } from './output.ts';
import { parsePort } from './port.ts';

export interface LabProbeOptions extends LabOption {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly port: readonly string[];
  readonly direct?: true;
  readonly service?: true;
  readonly dns?: true;
  readonly patience: string;
  readonly output: 'table' | 'json';
}

/** How many connections one request tries: so that a progress bar moves. */
const AT_ONCE = 10_000;

/** How many differences are explained, with the kernel's trace of a packet. */
const MOST_EXPLAINED = 3;

/** `sluice lab probe`: exit 0 when the packets do as the engine says, 1 when any differs. */
export async function labProbe(options: LabProbeOptions, console: Console): Promise<number> {
  const { lab } = findState(options, console);
  const patienceMs = parsePatience(options.patience);
  const cluster = clusterOf(lab);
  const questions = new Questions(cluster, {
    vias: viasOf(options),
    from: endFilter(cluster, options.from),
    to: endFilter(cluster, options.to),
    toService: serviceFilter(cluster, options.to),
    ports: options.port.map(parsePort),
  });
  const began = performance.now();
  const before = JSON.stringify(lab.input());
  const asker = new Asker(lab, patienceMs, console);
  const tried = await asker.ask([...questions.direct(), ...questions.services()]);
  const names = await asker.resolve([...questions.names()]);
  tried.push(...(await asker.ask(names.flatMap((name) => byName(questions, name)))));
  if (JSON.stringify(lab.input()) !== before) {
    throw new NobodyServes('the lab was changed while it was probed; probe it again');
  }
  const result = {
    lab: cluster,
    tried,
    names,
    left: questions.left,
    ms: performance.now() - began,
  };
  if (options.output === 'json') await writeOut(probeObject(result), console);
  else {
    const width = console.stdout.columns ?? 120;
    await writeOut(probeText(result, usesColour(console, console.stdout), width), console);
  }
  const differing = tried.filter((one) => !one.agrees);
  for (const one of differing.slice(0, MOST_EXPLAINED)) {
    const attempt = attemptOf(one.question);
    const traces = await askLab(lab.socket, { kind: 'trace', attempt, patienceMs });
    console.stderr.write(differenceText(cluster, one, traces, usesColour(console, console.stderr)));
  }
  const same = differing.length === 0 && names.every((one) => one.agrees);
  return same ? EXIT.yes : EXIT.no;
}

function parsePatience(text: string): number {
  const number = Number(text);
  if (number >= 50 && number <= 60_000) return number;
  throw new UsageError(`--patience: \`${text}\` is not a number of milliseconds from 50 to 60000`);
}

function clusterOf(lab: LabFolder): LabCluster {
  const input = lab.input();
  if (input === undefined) throw new UsageError(`lab \`${lab.name}\` did not come up`);
  return readLab(input);
}

function viasOf({ direct, service, dns }: LabProbeOptions): Set<Via> {
  const chosen: Via[] = [];
  if (direct) chosen.push('pod');
  if (service) chosen.push('service');
  if (dns) chosen.push('name');
  return new Set(chosen.length > 0 ? chosen : ['pod', 'service', 'name']);
}

/** What is asked for when a name was found: the first address of the client's families, as programs do. */
function byName(questions: Questions, { question, service, resolution }: TriedName): Question[] {
  const families = new Set(question.from.addresses.map(({ family }) => family));
  const address = resolution.addresses.find(({ family }) => families.has(family));
  if (address === undefined) return [];
  const ports = questions.portsOfService(service);
  return ports.map((port) => questions.at(question.from, service, port, address, 'name'));
}

/** Asks the lab's process, many at a time. */
class Asker {
  readonly #lab: LabFolder;
  readonly #patienceMs: number;
  readonly #console: Console;

  constructor(lab: LabFolder, patienceMs: number, console: Console) {
    this.#lab = lab;
    this.#patienceMs = patienceMs;
    this.#console = console;
  }

  async ask(questions: readonly Question[]): Promise<Tried[]> {
    const progress = new Progress(this.#console, 'connections');
    const tried: Tried[] = [];
    for (let i = 0; i < questions.length; i += AT_ONCE) {
      const some = questions.slice(i, i + AT_ONCE);
      const attempts = some.map(attemptOf);
      const patienceMs = this.#patienceMs;
      const outcomes = await askLab(this.#lab.socket, { kind: 'probe', attempts, patienceMs });
      for (const [k, question] of some.entries()) {
        const outcome = outcomes[k]!;
        tried.push({ question, outcome, agrees: agrees(question, outcome) });
      }
      progress.update(tried.length, questions.length);
    }
    progress.end();
    return tried;
  }

  /** Names that were not found as they should be are asked for once more: a busy machine may be late. */
  async resolve(asked: readonly AskedName[]): Promise<TriedName[]> {
    const tried = await this.#resolve(asked);
    const doubtful = tried.filter((one) => !one.agrees);
    const again = new Map(
      (await this.#resolve(doubtful)).map((one) => [one.question, one] as const),
    );
    return tried.map((one) => again.get(one.question) ?? one);
  }

  async #resolve(asked: readonly AskedName[]): Promise<TriedName[]> {
    if (asked.length === 0) return [];
    const resolutions: readonly Resolution[] = await askLab(this.#lab.socket, {
      kind: 'resolve',
      // The last dot: the name is whole, so no search domain is tried before.
      asked: asked.map(({ question }) => ({
        from: question.from.stand,
        name: `${question.name}.`,
      })),
    });
    return asked.map(({ question, service }, i) => {
      const resolution = resolutions[i]!;
      return { question, service, resolution, agrees: agreesOnName(question, resolution) };
    });
  }
}

interface AskedName {
  readonly question: NameQuestion;
  readonly service: Service;
}
