import type { Reachability } from '../../evaluate/map/reachability.ts';
import type { Judgement } from '../judgement/judgement.ts';
import type { Directory } from '../who/directory.ts';
import { changedPairs, differencesOf } from './changed-pairs.ts';
import type { Difference } from './changed-pairs.ts';
import type { Mutant } from './mutant.ts';
import { mutantsOf, sampleOf } from './mutants.ts';
import { Suggester, mostTelling } from './suggestion.ts';
import type { Suggestion } from './suggestion.ts';
import { Watch } from './watch.ts';

/** A change that no expectation notices. */
export interface Survivor {
  readonly mutant: Mutant;
  /** Something that is different after it. */
  readonly example: Difference;
  /** An expectation that would notice it; undefined when none was found that holds now. */
  readonly suggestion: Suggestion | undefined;
}

/** What single changes to the policies the expectations notice. */
export interface Mutation {
  /** How many changes there are, and how many of them were tried. */
  readonly possible: number;
  readonly tried: number;
  /** Changes after which no connection is different, so that nobody could notice them. */
  readonly idle: number;
  /** Changes that touch only what depends on something not known. */
  readonly undecidable: number;
  readonly noticed: number;
  readonly survivors: readonly Survivor[];
  /** Expectations that would notice the survivors, each of them once, in an order to paste. */
  readonly suggestions: readonly Suggestion[];
}

/** Which changes to try. */
export interface MutationOptions {
  readonly limit: number;
  readonly seed: number;
  readonly onMutant?: (done: number, all: number) => void;
}

/** Tries single changes to the policies of a map; `held` are expectations that hold there. */
export function mutate(
  held: readonly Judgement[],
  map: Reachability,
  directory: Directory,
  { limit, seed, onMutant }: MutationOptions,
): Mutation {
  const all = mutantsOf(directory.cluster);
  const chosen = sampleOf(all, limit, seed);
  const watch = new Watch(
    map,
    held.flatMap(({ demands }) => demands),
  );
  const suggester = new Suggester(map, directory);
  const survivors: Survivor[] = [];
  let idle = 0;
  let undecidable = 0;
  let noticed = 0;
  for (const [i, mutant] of chosen.entries()) {
    onMutant?.(i, chosen.length);
    const pairs = changedPairs(map, mutant.change);
    if (pairs.length === 0) {
      idle++;
      continue;
    }
    if (watch.notices(pairs)) {
      noticed++;
      continue;
    }
    const differences = differencesOf(map, pairs);
    if (differences.length === 0) undecidable++;
    else {
      const suggestion = suggester.suggest(differences, pairs);
      survivors.push({ mutant, example: mostTelling(differences), suggestion });
    }
  }
  const { suggestions } = suggester;
  const tried = chosen.length;
  return { possible: all.length, tried, idle, undecidable, noticed, survivors, suggestions };
}

/** Of the changes that could be noticed, the part that is: from 0 to 1; 1 when there are none. */
export function scoreOf({ noticed, survivors }: Mutation): number {
  const all = noticed + survivors.length;
  return all === 0 ? 1 : noticed / all;
}
