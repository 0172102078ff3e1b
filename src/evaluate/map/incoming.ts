import type { GrantFolds } from '../grants/grant-folds.ts';
import type { Id } from '../ids/pair-memo.ts';
import { Recent } from '../ids/recent.ts';
import { EMPTY, SequenceIds } from '../ids/sequence-ids.ts';
import { FewCells } from './few-cells.ts';
import type { IncomingCell } from './incoming-cells.ts';
import { WideCells } from './wide-cells.ts';

/** How many sets of wide cells are kept put together. */
const FEW = 32;

/**
 * Ingress cells turned round: for a source, the cells it is in. Small sets of sources are listed once by
 * member; wide ones, kept as bits, are read 32 sources at a time, so that nothing of the size of all
 * pairs is ever held.
 */
export class Incoming {
  /** The cells that are not wide. */
  readonly few: FewCells;
  readonly #destinations: number;
  readonly #folds: GrantFolds;
  readonly #wide: readonly IncomingCell[];
  readonly #block: number[][] = Array.from({ length: 32 }, () => []);
  #loaded = -1;
  readonly #ids = new SequenceIds();
  readonly #together = new Recent<Id, WideCells>(FEW);

  /** `size`: how many classes there are, the first `destinations` of which can be destinations. */
  constructor(
    cells: readonly IncomingCell[],
    size: number,
    destinations: number,
    folds: GrantFolds,
  ) {
    this.#destinations = destinations;
    this.#folds = folds;
    this.#wide = cells.filter(({ sources }) => sources.bits !== undefined);
    const few = cells.filter(({ sources }) => sources.bits === undefined);
    this.few = new FewCells(few, size);
  }

  /** The wide cells a source is in, put together; undefined for none. Cheapest for sources in ascending order. */
  wideOf(source: number): WideCells | undefined {
    if (source >>> 5 !== this.#loaded) this.#load(source >>> 5);
    const cells = this.#block[source & 31]!;
    const id = this.#ids.of(cells);
    if (id === EMPTY) return undefined;
    return this.#together.get(id, () => {
      const own = cells.map((cell) => this.#wide[cell]!);
      return new WideCells(own, this.#destinations, this.#folds);
    });
  }

  #load(word: number): void {
    this.#loaded = word;
    for (const list of this.#block) list.length = 0;
    for (let cell = 0; cell < this.#wide.length; cell++) {
      for (let rest = this.#wide[cell]!.sources.bits![word]!; rest !== 0; rest &= rest - 1) {
        this.#block[31 - Math.clz32(rest & -rest)]!.push(cell);
      }
    }
  }
}
