import type { Difference, Reachability } from '../../evaluate/map/reachability.ts';
import { writeOut } from '../../evaluate/map/template.ts';

/** The row at hand of a map: what differs from its template, or reach by reach. */
export class RowView {
  readonly #pods: Int32Array;
  #row: Difference | undefined;
  #isWritten = false;

  constructor({ population }: Reachability) {
    this.#pods = new Int32Array(population.subjects);
  }

  begin(row: Difference): void {
    this.#row = row;
    this.#isWritten = false;
  }

  get row(): Difference {
    return this.#row!;
  }

  /** The reach ids of all classes of pods; written out when they are asked for. */
  get pods(): Int32Array {
    if (this.#isWritten) return this.#pods;
    const { template, count, to, reaches } = this.row;
    writeOut(template, this.#pods);
    for (let i = 0; i < count; i++) this.#pods[to[i]!] = reaches[i]!;
    this.#isWritten = true;
    return this.#pods;
  }

  /** The reach id of one class of pods. */
  reachOf(index: number): number {
    if (this.#isWritten) return this.#pods[index]!;
    const { template, count, to, reaches } = this.row;
    for (let i = 0; i < count; i++) if (to[i] === index) return reaches[i]!;
    return template.reaches[template.groups.groupOf[index]!]!;
  }
}
