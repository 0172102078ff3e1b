import { NOTHING } from '../grants/grant.ts';
import type { GrantTable } from '../grants/grant.ts';
import { MeetsOfOne } from '../grants/meets-of-one.ts';
import type { Id } from '../ids/pair-memo.ts';
import type { Population } from '../population/population.ts';
import type { Districts } from './districts.ts';
import type { Profile } from './profile.ts';

/** What sources reach of the classes after the subjects: hostNetwork pods, nodes, the outside. */
export class Others {
  readonly #population: Population;
  readonly #grants: GrantTable;
  /** What each class lets through where no policy applies to it. */
  readonly #open: Uint32Array;
  readonly #meets: MeetsOfOne;
  readonly #templates = new Map<readonly Id[], Uint32Array>();
  /** The district of each class. */
  readonly #districtOf: Int32Array;
  readonly #kinds = new Map<string, object>();
  /** How many classes of hostNetwork pods come right after the subjects. */
  readonly #hostPods: number;

  /** Made when all grants that can meet are in the table. */
  constructor(population: Population, grants: GrantTable, open: Uint32Array, districts: Districts) {
    this.#population = population;
    this.#districtOf = districts.of;
    this.#grants = grants;
    this.#open = open;
    this.#meets = new MeetsOfOne(grants);
    const { classes, subjects } = population;
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

  /** The reach ids of a source with the profile, from class `subjects` on: in `space`, or in a list kept for many. */
  of(source: number, egress: Profile, space: Uint32Array): Uint32Array {
    const { subjects } = this.#population;
    if (source >= subjects) return this.#ofOther(source, space);
    const template = this.#template(egress.bases);
    if (!egress.cells.some(({ peers }) => peers.highest >= subjects)) return template;
    space.set(template);
    for (const { peers, grant } of egress.cells) {
      if (peers.highest < subjects) continue;
      peers.forEach((to) => {
        if (to < subjects) return;
        const more = this.#grants.meet(grant, this.#open[to]!);
        space[to - subjects] = this.#grants.reaches.join(space[to - subjects]!, more);
      });
    }
    return space;
  }

  /** An object that is the same for sources with equal reach ids. */
  like(source: number, egress: Profile): object {
    return source < this.#population.subjects ? egress : this.#kindOf(source);
  }

  #ofOther(source: number, space: Uint32Array): Uint32Array {
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
  #template(bases: readonly Id[]): Uint32Array {
    let template = this.#templates.get(bases);
    if (template === undefined) {
      const { subjects } = this.#population;
      const ofOthers = this.#open.subarray(subjects);
      template = new Uint32Array(ofOthers.length);
      let base = -1;
      for (let i = 0; i < template.length; i++) {
        const own = bases[this.#districtOf[subjects + i]!]!;
        if (own !== base) this.#meets.begin((base = own));
        template[i] = this.#meets.with(ofOthers[i]!);
      }
      this.#templates.set(bases, template);
    }
    return template;
  }
}
