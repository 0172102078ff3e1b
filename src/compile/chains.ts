import { DIRECTIONS } from '../model/policy.ts';
import { directionChains } from './direction-chains.ts';
import { generationChains, stateChain } from './generation.ts';
import { judgeChains } from './judge-chains.ts';
import { LOG_GROUP } from './node.ts';
import type { NodeOptions } from './node.ts';
import type { Chain, Hook, Statement } from './ruleset.ts';
import { sourceChains } from './source-chains.ts';
import { jump, line } from './statements.ts';
import { tierChains } from './tier-chains.ts';

/** What of the chains is not the same for ever. */
export interface Moment {
  readonly generation: number;
  readonly epoch: number;
  /** Ids below it are of classes of earlier loads; 0: there are none. */
  readonly oldest: number;
}

/** Every chain of the table. Policies and pods change elements of sets only, so these hardly ever change. */
export function chainsOf(options: NodeOptions, { generation, epoch, oldest }: Moment): Chain[] {
  const { podLinks, allowEgressToLocalNode = false, logGroup = LOG_GROUP } = options;
  return [
    ...sourceChains(podLinks),
    base('input', 'input', 101, jump('gate'), jump('judge_in')),
    ...generationChains(generation),
    ...judgeChains({ allowEgressToLocalNode, logGroup }),
    ...tierChains(),
    ...DIRECTIONS.flatMap((direction) => directionChains(direction, { oldest, logGroup })),
    stateChain(epoch),
  ];
}

function base(name: string, hook: Hook, priority: number, ...jumps: readonly Statement[]): Chain {
  return { name, hook: { name: hook, priority }, lines: jumps.map((one) => line(one)) };
}
