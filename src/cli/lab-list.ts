import { labFolders } from '../lab/process/folder.ts';
import { isAlive } from '../lab/process/identity.ts';
import type { Console } from './console.ts';
import { EXIT } from './exit.ts';

/** `sluice lab list`: the labs of this user, one a line. */
export async function labList(console: Console): Promise<number> {
  for (const lab of labFolders(console.env)) {
    const state = lab.state();
    const alive = state?.daemon !== undefined && isAlive(state.daemon);
    const mode = state?.mode === 'user' ? 'user namespace' : 'root';
    console.stdout.write(`${lab.name}  ${alive ? 'up' : 'not served'}  ${mode}\n`);
  }
  return EXIT.yes;
}
