import { Daemon } from '../lab/control/daemon.ts';
import { LabFolder } from '../lab/process/folder.ts';
import type { LabMode } from '../lab/process/folder.ts';
import { READY } from '../lab/process/processes.ts';
import { EXIT } from './exit.ts';

/** `sluice lab serve`, which `lab up` starts: the process of a lab, until it is told to end. */
export async function labServe(folder: string, mode: LabMode): Promise<number> {
  const daemon = new Daemon(new LabFolder(folder), mode);
  await daemon.listen();
  process.stdout.write(`${READY}\n`);
  await daemon.ended;
  // A lab that failed on its way up may have left something open, and nobody waits for it any more.
  process.exit(EXIT.yes);
}
