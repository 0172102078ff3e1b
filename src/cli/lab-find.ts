import path from 'node:path';
import { LabFolder, labFolders, labsFolder } from '../lab/process/folder.ts';
import type { LabState } from '../lab/process/folder.ts';
import { labNameFault } from '../lab/state/names.ts';
import type { Console } from './console.ts';
import { UsageError } from './exit.ts';

/** Options of commands that are about a lab that is there. */
export interface LabOption {
  readonly name?: string;
}

/** The lab a command means: the one named, or the only one. */
export function findLab({ name }: LabOption, console: Console): LabFolder {
  const labs = labFolders(console.env);
  if (name !== undefined) {
    const found = labs.find((lab) => lab.name === name);
    if (found !== undefined) return found;
    throw new UsageError(`there is no lab \`${name}\`${known(labs)}`);
  }
  if (labs.length === 1) return labs[0]!;
  if (labs.length === 0)
    throw new UsageError('there is no lab; `sluice lab up -f SOURCE` starts one');
  throw new UsageError(`there are several labs${known(labs)}; say which with --name`);
}

/** As {@link findLab}, with what is written of its processes. */
export function findState(
  option: LabOption,
  console: Console,
): { lab: LabFolder; state: LabState } {
  const lab = findLab(option, console);
  const state = lab.state();
  if (state !== undefined) return { lab, state };
  throw new UsageError(
    `lab \`${lab.name}\` did not come up; \`sluice lab down\` removes what is left of it`,
  );
}

/** The folder a lab of that name has, whether it is there or not. */
export function labNamed(name: string, console: Console): LabFolder {
  const fault = labNameFault(name);
  if (fault !== undefined) throw new UsageError(`--name: \`${name}\` ${fault}`);
  return new LabFolder(path.join(labsFolder(console.env), name));
}

function known(labs: readonly LabFolder[]): string {
  const names = labs.map(({ name }) => `\`${name}\``).join(', ');
  return names === '' ? '' : `: ${names}`;
}
