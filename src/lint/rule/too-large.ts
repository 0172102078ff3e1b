import type { Place } from '../../model/place.ts';
import type { Remark } from './rule.ts';

/** What a rule says in the place of findings that it could not prove: how many, and from where on. */
export function notProven(code: string, what: string, places: readonly Place[]): Remark[] {
  const [first] = places;
  if (first === undefined) return [];
  const finding = {
    code,
    severity: 'info' as const,
    message: `${places.length === 1 ? `this ${what}` : `${places.length} ${what}s, of which this is the first,`} may be worth a look: in so large a cluster it takes too long to prove`,
    place: first,
    subject: 'Cluster',
  };
  return [{ finding, ignored: false }];
}
