import { askLab } from '../lab/control/client.ts';
import type { Console } from './console.ts';
import { EXIT, UsageError } from './exit.ts';
import { reportProblems } from './input.ts';
import type { InputOptions } from './input.ts';
import { findState } from './lab-find.ts';
import type { LabOption } from './lab-find.ts';
import { loadLabSource } from './lab-source.ts';

export interface LabApplyOptions extends LabOption, InputOptions {
  readonly prune: boolean;
}

/** The most changes that are told one by one. */
const MOST_TOLD = 5;

/** `sluice lab apply`: the smallest change of a running lab; returns when it is in force everywhere. */
export async function labApply(options: LabApplyOptions, console: Console): Promise<number> {
  const { lab } = findState(options, console);
  if (options.podCidr.length > 0)
    throw new UsageError('--pod-cidr: the pod network of a lab stays; `sluice lab up` sets it');
  const { sources, cluster } = await loadLabSource(options, console);
  const applied = await askLab(lab.socket, { kind: 'apply', sources, prune: options.prune });
  const { changes, inForceMs, totalMs, notes } = applied;
  const told = changes.slice(0, MOST_TOLD).join(', ');
  const more = changes.length > MOST_TOLD ? ` and ${changes.length - MOST_TOLD} more` : '';
  const rules =
    inForceMs === undefined ? '' : `; in force everywhere in ${inForceMs.toFixed(1)} ms`;
  console.stdout.write(
    changes.length === 0
      ? 'nothing is different\n'
      : `${told}${more}${rules}, ${totalMs.toFixed(0)} ms in all\n`,
  );
  for (const note of notes) console.stderr.write(`note: ${note}\n`);
  return reportProblems(cluster, console, EXIT.yes);
}
