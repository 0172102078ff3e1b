import type { Chain } from './ruleset.ts';
import { hex } from './statement-text.ts';
import { ACCEPT, line, noted } from './statements.ts';

/** The half of the connection mark that is ours; the rest belongs to others. */
const OURS = 0x0000_ffff;
export const THEIRS = 0xffff_0000;

/** The highest generation; 0 marks connections that were never judged, or denied. */
const LAST = 0xffff;

/**
 * The generation after this one. It comes round after 65,535 changes that forbid something: a connection
 * that slept through all of them would pass once more without being judged.
 */
export function nextGeneration(generation: number): number {
  return generation >= LAST ? 1 : generation + 1;
}

/** The two chains that a new generation rewrites: who passes, and what those who may pass are marked with. */
export function generationChains(generation: number): Chain[] {
  const value = hex(generation);
  return [
    {
      name: 'gate',
      lines: [
        noted(
          'judged under the rules in force: nothing more to look at',
          {
            kind: 'match',
            fields: ['ct mark'],
            mask: OURS,
            in: { values: [value] },
          },
          ACCEPT,
        ),
      ],
    },
    {
      name: 'stamp',
      lines: [line({ kind: 'mark', keep: THEIRS, value: generation }, ACCEPT)],
    },
  ];
}

/** A chain no packet comes to: it tells the next process the epoch of the ids in use. */
export function stateChain(epoch: number): Chain {
  return {
    name: 'state',
    lines: [noted('the epoch of the ids', { kind: 'scratch', value: epoch })],
  };
}
