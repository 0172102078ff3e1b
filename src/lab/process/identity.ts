import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process, told from a later one that got its number: by when it began, in clock ticks since boot. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly since: string;
}

/** The identity of a process that runs; undefined when there is none (any more). */
export function identityOf(pid: number): ProcessIdentity | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in parentheses and may hold any character; starttime is field 22 (proc_pid_stat(5)).
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : { pid, since: fields[19]! };
  } catch {
    return undefined;
  }
}

export function isAlive({ pid, since }: ProcessIdentity): boolean {
  return identityOf(pid)?.since === since;
}

/** Asks processes to end, and ends those that have not within the milliseconds. */
export async function endProcesses(
  processes: readonly ProcessIdentity[],
  patienceMs = 500,
): Promise<void> {
  for (const one of processes) signal(one, 'SIGTERM');
  if (await waitForEnd(processes, patienceMs)) return;
  for (const one of processes) signal(one, 'SIGKILL');
  await waitForEnd(processes, patienceMs);
}

/** Whether all processes ended within the milliseconds. */
export async function waitForEnd(
  processes: readonly ProcessIdentity[],
  patienceMs: number,
): Promise<boolean> {
  const until = Date.now() + patienceMs;
  while (processes.some(isAlive)) {
    if (Date.now() > until) return false;
    await sleep(10);
  }
  return true;
}

function signal(process_: ProcessIdentity, name: 'SIGTERM' | 'SIGKILL'): void {
  if (!isAlive(process_)) return;
  try {
    process.kill(process_.pid, name);
  } catch {
    // It ended just now.
  }
}
