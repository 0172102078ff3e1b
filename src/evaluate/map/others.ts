import { NOTHING } from '../grants/grant.ts';
import type { GrantTable } from '../grants/grant.ts';
import { PairMemo } from '../ids/pair-memo.ts';
import type { Id } from '../ids/pair-memo.ts';
import { Recent } from '../ids/recent.ts';
import type { Population } from '../population/population.ts';
import type { Districts } from './districts.ts';
import type { Cell, Profile } from './profile.ts';

/** For how many bases what is reached is kept: thousands of arrays as long as this. */
const FEW = 48;

/** What sources reach of the classes after the subjects: hostNetwork pods, nodes, the outside. */
export class Others {
  readonly #population: Population;
  readonly #grants: GrantTable;
  /** What each class lets through where no policy applies to it. */
  readonly #open: Int32Array;
  /** By bases. */
  readonly #templates = new Recent<Int32Array, Int32Array>(FEW);
  /** By profile: its cells with any of these classes. */
  readonly #cells = new Map<Profile, readonly Cell[]>();
  /** The classes of one district that let the same through: by class, the group. */
  readonly #groupOf: Int32Array;
  /** By group: the district, and what is let through. */
  readonly #groups: { readonly district: number; readonly open: Id }[] = [];
  readonly #kinds = new Map<string, object>();
  /** How many classes of hostNetwork pods come right after the subjects. */
  readonly #hostPods: number;

  constructor(population: Population, grants: GrantTable, open: Int32Array, districts: Districts) {
    this.#population = population;
    this.#grants = grants;
    this.#open = open;
    const { classes, subjects } = population;
    const groups = new PairMemo((district, own) => this.#groups.push({ district, open: own }) - 1);
    this.#groupOf = open
      .subarray(subjects)
      .map((own, i) => groups.get(districts.of[subjects + i]!, own));
    this.#hostPods = classes.filter(({ index }) => index >= subjects && this.#isPod(index)).length;
  }

  #isPod(index: number): boolean {
    return this.#population.classes[index]!.endpoints[0]!.kind === 'workload';
  }

  /** Nothing is listed between nodes and the outside; hostNetwork pods, which no policy holds, reach all. */
  between(from: number, to: number): Id {
    if (!this.#isPod(from) && !this.#isPod(to)) return NOTHING;
    return this.#grants.meet(this.#open[from]!, this.#open[to]!);
  }

  /** The reach ids of a source with the profile, from class `subjects` on; the array is good until the next is asked for. */
  of(source: number, egress: Profile, space: Int32Array): Int32Array {
    const { subjects } = this.#population;
    if (source >= subjects) return this.#ofOther(source, space);
    const template = this.#template(egress.bases);
    const cells = this.#cellsOf(egress);
    if (cells.length === 0) return template;
    space.set(template);
    for (const { peers, grant } of cells) {
      peers.forEach((to) => {
        if (to < subjects) return;
        const more = this.#grants.meet(grant, this.#open[to]!);
        space[to - subjects] = this.#grants.reaches.join(space[to - subjects]!, more);
      });
    }
    return space;
  }

  #cellsOf(egress: Profile): readonly Cell[] {
    let cells = this.#cells.get(egress);
    if (cells === undefined) {
      cells = egress.cells.filter(({ peers }) => peers.highest >= this.#population.subjects);
      this.#cells.set(egress, cells);
    }
    return cells;
  }

  /** An object that is the same for sources with equal reach ids. */
  like(source: number, egress: Profile): object {
    if (source >= this.#population.subjects) return this.#kindOf(source);
    return this.#cellsOf(egress).length === 0 ? egress.bases : egress;
  }

  #ofOther(source: number, space: Int32Array): Int32Array {
    const { subjects } = this.#population;
    space.fill(NOTHING);
    // a node or an address has to do only with hostNetwork pods here
    const limit = this.#isPod(source) ? space.length : this.#hostPods;
    for (let i = 0; i < limit; i++) space[i] = this.between(source, subjects + i);
    return space;
  }

  /** Sources after the pods reach the others by their kind and families alone. */
  #kindOf(source: number): object {
    const key = `${this.#population.classes[source]!.endpoints[0]!.kind} ${this.#open[source]}`;
    let kind = this.#kinds.get(key);
    if (kind === undefined) this.#kinds.set(key, (kind = {}));
    return kind;
  }

  /** What a pod that grants the bases reaches of all others. */
  #template(bases: Int32Array): Int32Array {
    return this.#templates.get(bases, (used) => {
      const groupOf = this.#groupOf;
      const ofGroups = this.#groups.map(({ district, open }) =>
        this.#grants.meet(bases[district]!, open),
      );
      const template = used ?? new Int32Array(groupOf.length);
      for (let i = 0; i < template.length; i++) template[i] = ofGroups[groupOf[i]!]!;
      return template;
    });
  }
}
