import type { Place } from '../../model/place.ts';
import type { Problem } from '../../model/problem.ts';

/** A problem of an expectation that names something which is not there, or not fit for it. */
export function namesNothing({ place }: { readonly place: Place }, message: string): Problem {
  return { code: 'names-nothing', severity: 'error', message, place };
}
