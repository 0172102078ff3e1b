import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from '../../kernel/host/host-error.ts';
import { LinkRefusal, runLinkBatch, setSysctls } from '../../kernel/host/links.ts';
import { listNamespaces } from '../../kernel/host/namespace.ts';
import { runProgram } from '../../kernel/host/program.ts';
import type { Wiring } from './wiring.ts';

/** Makes the network namespace at a path what the wiring says. */
export async function wire(netns: string, { settings, links, bridge }: Wiring): Promise<void> {
  await setSysctls(settings, { netns });
  await runLinkBatch(links, { netns });
  if (bridge === undefined) return;
  const input = `${bridge.join('\n')}\n`;
  const { status, stderr } = await runProgram('bridge', ['-batch', '-'], { input, netns });
  if (status !== 0) throw new HostError(`bridge failed: ${stderr.trim().split('\n')[0]}`);
}

/** Makes named network namespaces. Rejects with a LinkRefusal when one is there already. */
export async function addNamespaces(names: readonly string[]): Promise<void> {
  await runLinkBatch(names.map((name) => `netns add ${name}`));
}

/** Takes the names away that are there; a namespace ends when nobody holds it any more. */
export async function deleteNamespaces(names: readonly string[]): Promise<void> {
  const there = new Set(listNamespaces());
  await runLinkBatch(names.filter((name) => there.has(name)).map((name) => `netns del ${name}`));
}

/** Whether this thread's namespace has a default route of either family (proc_pid_net(5)). */
export function hasDefaultRoute(): boolean {
  const lines4 = readFileSync('/proc/thread-self/net/route', 'utf8').split('\n');
  if (lines4.some((line) => line.startsWith('eth0\t00000000\t'))) return true;
  return /^0{32} 00 .* eth0$/m.test(readFileSync('/proc/thread-self/net/ipv6_route', 'utf8'));
}

const TRIES = 4;
const BETWEEN_MS = 250;

/**
 * Does work that looks first at what is there; again when `ip` found something else. A process that was
 * killed leaves an `ip` behind that still does what it was told.
 */
export async function patiently(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LinkRefusal) || tries === TRIES) throw error;
      await sleep(BETWEEN_MS);
    }
  }
}
