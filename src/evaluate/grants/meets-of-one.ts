import type { Id } from '../ids/pair-memo.ts';
import { NOTHING } from './grant.ts';
import type { GrantTable } from './grant.ts';

/** Meets one grant with many others: few of the many differ, so each is worked out once. */
export class MeetsOfOne {
  readonly #grants: GrantTable;
  readonly #reaches: Int32Array;
  readonly #stamps: Int32Array;
  #stamp = 0;
  #grant: Id = NOTHING;

  constructor(grants: GrantTable) {
    this.#grants = grants;
    this.#reaches = new Int32Array(grants.grantCount);
    this.#stamps = new Int32Array(grants.grantCount);
  }

  begin(grant: Id): void {
    this.#grant = grant;
    this.#stamp++;
  }

  with(other: Id): Id {
    if (this.#stamps[other] !== this.#stamp) {
      this.#stamps[other] = this.#stamp;
      this.#reaches[other] = this.#grants.meet(this.#grant, other);
    }
    return this.#reaches[other]!;
  }
}
