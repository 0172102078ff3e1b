import type { ChangedConnections, ObjectSet } from '../../evaluate/difference/difference.ts';
import { placesOf } from '../../evaluate/difference/objects.ts';
import type { ChangedObject } from '../../evaluate/difference/objects.ts';
import { rulesToBlame } from '../../evaluate/difference/rules.ts';
import type { RulePlace } from '../../evaluate/difference/rules.ts';
import { connectionChange } from './change.ts';
import type { DiffLines } from './lines.ts';
import type { DiffSection, DifferenceResult } from './result.ts';

/**
 * How changed connections are put in sections: `exact`, one for each set of objects that together did
 * something; `few`, those sets put together that have an object in common where they would be many.
 */
export type Sectioning = 'exact' | 'few';

const MOST_SECTIONS = 12;

/** The changed connections by the objects that did it, those of fewer objects first. */
export function sectionsOf(
  result: DifferenceResult,
  lines: DiffLines,
  sectioning: Sectioning,
): DiffSection[] {
  const exact = byKey(result.changed, ({ causes }) => causes.join());
  const isFew = sectioning === 'exact' || exact.length <= MOST_SECTIONS;
  const clusters = new Clusters(result.changed.map(({ causes }) => causes));
  const sets = isFew ? exact : byKey(result.changed, ({ causes }) => clusters.of(causes));
  const sections = sets.map((groups): DiffSection => {
    const causes = [...new Set(groups.flatMap((group) => group.causes))].sort((a, b) => a - b);
    const told = groups.map((group) => ({
      ...group,
      change: connectionChange(group.before, group.after),
      rules: (): readonly RulePlace[] => rulesToBlame(result, group),
    }));
    return { causes: causes.map((cause) => result.objects[cause]!), lines: lines.of(told) };
  });
  return sections.sort(
    (a, b) => a.causes.length - b.causes.length || byPlace(a.causes[0], b.causes[0]),
  );
}

function byKey(
  groups: readonly ChangedConnections[],
  keyOf: (group: ChangedConnections) => number | string,
): ChangedConnections[][] {
  const lists = new Map<number | string, ChangedConnections[]>();
  for (const group of groups) {
    const key = keyOf(group);
    const alike = lists.get(key);
    if (alike === undefined) lists.set(key, [group]);
    else alike.push(group);
  }
  return [...lists.values()];
}

/** Sets of objects, those in one cluster that have objects in common, be it by way of others. */
class Clusters {
  readonly #parents = new Map<number, number>();

  constructor(sets: readonly ObjectSet[]) {
    for (const [first, ...rest] of new Set(sets)) {
      if (first === undefined) continue;
      for (const other of rest) this.#parents.set(this.#root(other), this.#root(first));
    }
  }

  of([first]: ObjectSet): number {
    return first === undefined ? -1 : this.#root(first);
  }

  #root(object: number): number {
    let root = object;
    for (let above = this.#parents.get(root); above !== undefined && above !== root;) {
      root = above;
      above = this.#parents.get(root);
    }
    return root;
  }
}

function byPlace(a: ChangedObject | undefined, b: ChangedObject | undefined): number {
  const [first, second] = [a, b].map((object) => {
    const places = object && placesOf(object);
    return places?.new ?? places?.old;
  });
  if (first === undefined || second === undefined) return 0;
  return first.file < second.file
    ? -1
    : first.file > second.file
      ? 1
      : first.offset - second.offset;
}
