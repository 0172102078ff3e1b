import { Place, Source } from '../model/place.ts';
import type { Problem } from '../model/problem.ts';

/** What came of loading: texts to read, and what could not be loaded. */
export interface Loaded {
  readonly sources: Source[];
  readonly problems: Problem[];
  /** How many Helm charts were met, so that options for charts can be refused where there is none. */
  charts: number;
}

/** The begin of a file or folder, for a problem about all of it. */
export function placeOf(file: string): Place {
  return new Place(new Source(file, ''), 1, 0, '');
}
