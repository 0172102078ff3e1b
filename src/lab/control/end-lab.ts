import type { LabFolder } from '../process/folder.ts';
import { endProcesses, isAlive, waitForEnd } from '../process/identity.ts';
import type { ProcessIdentity } from '../process/identity.ts';
import { inmatesOf } from '../process/inmates.ts';
import { servedLabs } from '../process/stray-labs.ts';
import { NobodyServes, askLab } from './client.ts';
import { removeNetwork } from './daemon.ts';

/** How long a lab may take to end by itself. */
const PATIENCE_MS = 20_000;

/** Ends a lab and takes away all that is left of it, whatever state it is in. */
export async function endLab(folder: LabFolder): Promise<void> {
  const state = folder.state();
  if (state?.daemon !== undefined && isAlive(state.daemon)) await endDaemon(folder, state.daemon);
  if (state?.holder !== undefined && isAlive(state.holder)) await endHolder(state.holder);
  // Root may have another lab of that name, from another folder.
  const ours = state?.mode !== 'user' && process.getuid!() === 0 && !servedLabs().has(folder.name);
  if (ours) await removeNetwork(folder.name);
  folder.remove();
}

async function endDaemon(folder: LabFolder, daemon: ProcessIdentity): Promise<void> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    await askLab(folder.socket, { kind: 'down' }, { signal });
    await waitForEnd([daemon], 1000);
  } catch (error) {
    if (!(error instanceof NobodyServes)) throw error;
  } finally {
    await endProcesses([daemon]);
  }
}

/** Everything in the user namespace; with the last process the namespaces end by themselves. */
async function endHolder(holder: ProcessIdentity): Promise<void> {
  await endProcesses([...inmatesOf([`/proc/${holder.pid}/ns/user`], 'user'), holder]);
}
