import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { HostError } from '../../kernel/host/host-error.ts';
import type { LabFolder, LabMode, LabState } from './folder.ts';
import { identityOf, isAlive } from './identity.ts';
import type { ProcessIdentity } from './identity.ts';
import { chooseMode } from './privilege.ts';
import { holdUserNamespace, insideWords } from './user-namespace.ts';

/** What the process of a lab says on its standard output when it answers; then nothing any more. */
export const READY = 'ready';

/** The words after the program's own that make it serve a lab. */
export type ServeWords = (folder: LabFolder, mode: LabMode) => readonly string[];

/**
 * Starts the process of a lab, detached from this one and its terminal, and resolves when it answers on
 * the control socket. `state` is what is known of an earlier one; its namespaces are used again.
 */
export async function startLab(
  folder: LabFolder,
  state: LabState | undefined,
  forced: LabMode | undefined,
  words: ServeWords,
): Promise<LabState> {
  const mode = state?.mode ?? chooseMode(forced);
  let holder = state?.holder;
  if (mode === 'user' && (holder === undefined || !isAlive(holder)))
    holder = await holdUserNamespace();
  const begun: LabState = { version: 1, name: folder.name, mode, ...(holder && { holder }) };
  folder.writeState(begun);
  const daemon = await spawnDaemon(folder, words(folder, mode), holder);
  const next = { ...begun, daemon };
  folder.writeState(next);
  return next;
}

function spawnDaemon(
  folder: LabFolder,
  words: readonly string[],
  holder: ProcessIdentity | undefined,
): Promise<ProcessIdentity> {
  const all = [...(holder ? insideWords(holder) : []), process.execPath, ...words];
  const log = openSync(folder.log, 'a', 0o600);
  const child = spawn(all[0]!, all.slice(1), {
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'pipe', log],
  });
  return new Promise((resolve, reject) => {
    const failed = (why: string): void => reject(new HostError(`the process of the lab ${why}`));
    child.stdout!.once('data', () => {
      child.stdout!.destroy();
      child.unref();
      const identity = identityOf(child.pid!);
      if (identity === undefined) failed('ended at once');
      else resolve(identity);
    });
    child.on('error', (error) => failed(`cannot be started: ${error.message}`));
    child.on('close', () => failed(`ended at once: ${folder.lastWords()}`));
  });
}
