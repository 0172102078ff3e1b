import type { Place } from '../../model/place.ts';
import type { Problem } from '../../model/problem.ts';

/** Something legal that was probably not meant: a problem, and what can be done about it. */
export interface Finding extends Problem {
  /** What it is about, kind first: `NetworkPolicy shop/db-policy`, `Service shop/web`. */
  readonly subject: string;
  readonly fix?: Remedy;
  /** Other places that have to do with it: the other side, the rule that covers this one. */
  readonly related?: readonly Place[];
}

/** A change that would settle a finding. */
export interface Remedy {
  /** One clause: what to do, and where. */
  readonly summary: string;
  /** YAML ready to paste: a whole object, or the element that `summary` says where to put. */
  readonly manifest?: string;
}
