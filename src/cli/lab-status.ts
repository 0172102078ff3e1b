import { NobodyServes, askLab } from '../lab/control/client.ts';
import type { LabStatus } from '../lab/running/status.ts';
import { paint } from '../report/words/paint.ts';
import { layTable } from '../report/words/table.ts';
import type { Console } from './console.ts';
import { EXIT } from './exit.ts';
import { usesColour } from './input.ts';
import { findState } from './lab-find.ts';
import type { LabOption } from './lab-find.ts';
import { labThings } from './lab-things.ts';
import { writeOut } from './output.ts';

export interface LabStatusOptions extends LabOption {
  readonly output: 'table' | 'json';
}

/** `sluice lab status`: exit 0 when all is well, 1 with faults, 4 when nobody serves the lab. */
export async function labStatus(options: LabStatusOptions, console: Console): Promise<number> {
  const { lab } = findState(options, console);
  let status: LabStatus;
  try {
    status = await askLab(lab.socket, { kind: 'status' });
  } catch (error) {
    if (!(error instanceof NobodyServes)) throw error;
    throw new NobodyServes(
      `the process of lab \`${lab.name}\` has died: its pods and rules are still there, but nobody listens in them; \`sluice lab up --name ${lab.name}\` takes it up again, \`sluice lab down --name ${lab.name}\` removes it`,
      { cause: error },
    );
  }
  if (options.output === 'json') {
    const object = { apiVersion: 'sluice.dev/v1', kind: 'LabStatus', ...status };
    await writeOut([`${JSON.stringify(object, null, 2)}\n`], console);
  } else await writeOut(statusText(status, console), console);
  return status.faults.length === 0 ? EXIT.yes : EXIT.no;
}

function* statusText(status: LabStatus, console: Console): Generator<string> {
  const ink = paint(usesColour(console, console.stdout));
  const width = console.stdout.columns ?? 120;
  const { name, mode, nodes, pods, services, notes, faults } = status;
  const where = mode === 'root' ? 'as root' : 'in a user namespace';
  yield `${ink.bold(`lab ${name}`)}, ${where}: ${labThings(status)}\n`;
  const table = function* (rows: string[][]): Generator<string> {
    const columns = rows[0]!.map((title) => ({ title, least: title.length }));
    yield '\n';
    yield* layTable(columns, rows, width, (text, _, row) => (row === 0 ? ink.dim(text) : text));
  };
  yield* table([
    ['NODE', 'ADDRESSES', 'PODS', 'RULES'],
    ...nodes.map((node) => [
      node.name,
      node.addresses.join(', '),
      String(node.pods),
      node.enforced ? 'in force' : 'missing',
    ]),
  ]);
  yield* table([
    ['POD', 'NODE', 'ADDRESSES', 'LISTENS'],
    ...pods.map((pod) => [
      `${pod.namespace}/${pod.name}`,
      pod.hostNetwork ? `${pod.node} (hostNetwork)` : pod.node,
      pod.addresses.join(', '),
      pod.ports.join(', '),
    ]),
  ]);
  if (services.length > 0) {
    yield* table([
      ['SERVICE', 'ADDRESSES', 'PORTS'],
      ...services.map((one) => [
        `${one.namespace}/${one.name}`,
        one.addresses.join(', ') || 'none',
        one.ports.join(', '),
      ]),
    ]);
  }
  yield '\n';
  for (const note of notes) yield `note: ${note}\n`;
  for (const fault of faults) yield `${ink.red('fault')}: ${fault}\n`;
}
