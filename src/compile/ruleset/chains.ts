import { DIRECTIONS } from '../../model/policy.ts';
import { directionChains } from './direction-chains.ts';
import { generationChains, stateChain } from './generation.ts';
import { judgeChains } from './judge-chains.ts';
import { LOG_GROUP } from './node.ts';
import type { NodeOptions } from './node.ts';
import { recentChains } from './recent-chains.ts';
import type { Chain, Hook, Statement } from './ruleset.ts';
import { sourceChains } from './source-chains.ts';
import { lineText } from './statement-text.ts';
import { jump, line } from './statements.ts';
import { tierChains } from './tier-chains.ts';

/** What of the chains is not the same for ever. */
export interface Moment {
  readonly generation: number;
  readonly epoch: number;
  /** Ids below it are of classes of earlier loads; 0: there are none. */
  readonly oldest: number;
  /** Whether cluster policies have rules for pods of the node, so that the rules ask the tiers. */
  readonly asksTiers: boolean;
}

/** Every chain of the table. Policies and pods change elements of sets only, so these hardly ever change. */
export function chainsOf(options: NodeOptions, moment: Moment): Chain[] {
  const { generation, epoch, oldest, asksTiers } = moment;
  const { allowEgressToLocalNode = false, logGroup = LOG_GROUP } = options;
  return [
    ...sourceChains(options),
    base('input', 'input', 101, jump('gate'), jump('judge_in')),
    ...generationChains(generation),
    ...judgeChains({ allowEgressToLocalNode, logGroup, asksTiers }),
    ...recentChains(),
    ...tierChains(),
    ...DIRECTIONS.flatMap((direction) => directionChains(direction, { oldest, logGroup })),
    stateChain(epoch),
  ];
}

/** The chains that have other rules while the tiers are asked. */
export function askingChains(options: NodeOptions, moment: Moment): Chain[] {
  const others = chainsOf(options, { ...moment, asksTiers: !moment.asksTiers });
  return chainsOf(options, moment).filter((chain, i) => textOf(chain) !== textOf(others[i]!));
}

function textOf({ lines }: Chain): string {
  return lines.map(lineText).join('\n');
}

function base(name: string, hook: Hook, priority: number, ...jumps: readonly Statement[]): Chain {
  return { name, hook: { name: hook, priority }, lines: jumps.map((one) => line(one)) };
}
