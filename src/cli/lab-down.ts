import { endLab } from '../lab/control/end-lab.ts';
import { labFolders } from '../lab/process/folder.ts';
import { strayLabs } from '../lab/process/stray-labs.ts';
import type { Console } from './console.ts';
import { EXIT } from './exit.ts';
import { findLab, labNamed } from './lab-find.ts';
import type { LabOption } from './lab-find.ts';

export interface LabDownOptions extends LabOption {
  readonly all: boolean;
}

/** `sluice lab down`: removes everything of a lab, also of one whose process has died. */
export async function labDown(options: LabDownOptions, console: Console): Promise<number> {
  const strays = strayLabs();
  const named = options.name !== undefined && strays.includes(options.name);
  const labs = options.all
    ? [...labFolders(console.env), ...strays.map((name) => labNamed(name, console))]
    : [named ? labNamed(options.name, console) : findLab(options, console)];
  const done = new Set<string>();
  for (const lab of labs) {
    if (done.has(lab.name)) continue;
    done.add(lab.name);
    await endLab(lab);
    console.stdout.write(`lab \`${lab.name}\` is down\n`);
  }
  if (done.size === 0) console.stdout.write('there is no lab\n');
  return EXIT.yes;
}
