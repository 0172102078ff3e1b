import type { Place } from './place.ts';

/** How much a problem matters: an `error` hides part of the answer, a `warning` may, an `info` never does. */
export type Severity = 'error' | 'warning' | 'info';

/** Something wrong with the input, as data; wording follows the message grammar of CONTRIBUTING.md. */
export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly place: Place;
}
