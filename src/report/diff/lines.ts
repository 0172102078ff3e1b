import type { End } from '../../evaluate/difference/difference.ts';
import type { ConnectionChange } from './change.ts';
import { EndNames } from './names.ts';
import type { DiffLine } from './result.ts';
import { linesBySpace } from './spaces.ts';
import type { Told } from './spaces.ts';

/** What lines speak of. */
export type DiffGrouping = 'workload' | 'namespace';

const ORDER: readonly ConnectionChange[] = [
  'closed',
  'narrowed',
  'uncertain',
  'changed',
  'certain',
  'widened',
  'opened',
];

/** Puts changed connections in lines, by workload or by namespace. */
export class DiffLines {
  readonly #ends: readonly End[];
  readonly #names: EndNames;
  readonly #by: DiffGrouping;

  /** `ends`: all that lines may speak of. */
  constructor(ends: readonly End[], by: DiffGrouping) {
    this.#ends = ends;
    this.#names = new EndNames(ends);
    this.#by = by;
  }

  /** The lines, what closed before what opened, each by its ends. */
  of(told: readonly Told[]): DiffLine[] {
    const lines =
      this.#by === 'namespace'
        ? linesBySpace(told, this.#ends, this.#names)
        : told.map((one) => this.#line(one));
    return lines.sort(
      (a, b) =>
        ORDER.indexOf(a.change) - ORDER.indexOf(b.change) ||
        compare(a.from.join(), b.from.join()) ||
        compare(a.to.join(), b.to.join()),
    );
  }

  #line({ from, to, before, after, change, rules }: Told): DiffLine {
    const alone = (ends: readonly End[]): End | undefined =>
      ends.length === 1 && !ends[0]!.hasTwo ? ends[0] : undefined;
    return {
      change,
      from: this.#names.of(from, alone(to)),
      to: this.#names.of(to, alone(from)),
      before,
      after,
      pairs: this.#names.pairs(from, to),
      rules: rules(),
    };
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
