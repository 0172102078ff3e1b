import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Signals that end this process while it waits for a program. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Makes an empty folder, hands it on, and removes it: also on failure, and when a signal ends us. */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'sluice-source-')));
  const ended = (signal: NodeJS.Signals): void => {
    rmSync(folder, { recursive: true, force: true });
    process.kill(process.pid, signal);
  };
  for (const signal of ENDING) process.once(signal, ended);
  try {
    return await use(folder);
  } finally {
    for (const signal of ENDING) process.off(signal, ended);
    await rm(folder, { recursive: true, force: true });
  }
}
