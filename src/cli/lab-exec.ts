import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { HostError } from '../kernel/host/host-error.ts';
import { enterCommand, otherRoom, podRoom, podsNamed } from '../lab/control/enter-pod.ts';
import type { Room } from '../lab/control/enter-pod.ts';
import { readLab } from '../lab/process/input.ts';
import type { LabCluster } from '../lab/state/cluster.ts';
import { nearest } from '../model/nearest.ts';
import type { Console } from './console.ts';
import { UsageError } from './exit.ts';
import { findState } from './lab-find.ts';
import type { LabOption } from './lab-find.ts';

/** `sluice lab exec`: a program in a pod's network and with its names; its exit status is ours. */
export async function labExec(
  who: string,
  words: readonly string[],
  option: LabOption,
  console: Console,
): Promise<number> {
  const { lab, state } = findState(option, console);
  const input = lab.input();
  if (input === undefined) throw new UsageError(`lab \`${lab.name}\` did not come up`);
  const room = findRoom(lab.name, readLab(input), who, console);
  const command = words.length > 0 ? words : [console.env['SHELL'] ?? 'sh'];
  const { program, words: all, env } = enterCommand(lab, state, room, command);
  return runAttached(program, all, { ...process.env, ...env });
}

function findRoom(lab: string, cluster: LabCluster, who: string, console: Console): Room {
  const other = otherRoom(lab, cluster, who);
  if (other !== undefined) return other;
  const pods = podsNamed(cluster, who);
  const [first] = pods;
  if (first === undefined) {
    const meant = nearest(
      who,
      cluster.pods.map(({ key }) => key),
    );
    const remedy =
      meant === undefined ? '`sluice lab status` lists them' : `did you mean \`${meant}\`?`;
    throw new UsageError(`there is no pod \`${who}\` in the lab: ${remedy}`);
  }
  const namespaces = new Set(pods.map(({ workload }) => workload.namespace));
  if (namespaces.size > 1) {
    throw new UsageError(`\`${who}\` may be ${pods.map(({ key }) => `\`${key}\``).join(' or ')}`);
  }
  if (first.key !== who && console.stderr.isTTY) console.stderr.write(`in \`${first.key}\`\n`);
  return podRoom(lab, cluster, first);
}

/** Runs a program with this terminal and waits for it. Signals that end this process end it, too. */
function runAttached(
  program: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const child = spawn(program, words, { stdio: 'inherit', env });
  // The terminal sends these to both; the program alone decides what they mean.
  const ignore = (): void => {};
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', ignore).on('SIGQUIT', ignore).on('SIGTERM', pass).on('SIGHUP', pass);
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new HostError(error.message, { cause: error })));
    child.on('close', (status, signal) => {
      process.off('SIGINT', ignore).off('SIGQUIT', ignore).off('SIGTERM', pass).off('SIGHUP', pass);
      // As a shell tells it.
      resolve(status ?? 128 + constants.signals[signal!]);
    });
  });
}
