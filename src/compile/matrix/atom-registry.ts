import type { Atom } from './peer-class.ts';

/** Gives out the numbers of atoms. */
export class AtomSource {
  #next = 0;

  take(): Atom {
    return this.#next++;
  }
}

/** Something that rules say of peers, while any rule in force says it. */
export interface Said<T> {
  readonly key: string;
  readonly atom: Atom;
  readonly what: T;
  uses: number;
}

/** Counts who says what of peers, so that only what somebody says is told apart. */
export class AtomRegistry<T> {
  readonly #atoms: AtomSource;
  readonly #byKey = new Map<string, Said<T>>();
  readonly #byAtom = new Map<Atom, Said<T>>();
  readonly #fresh = new Set<Said<T>>();
  readonly #idle = new Set<Said<T>>();

  constructor(atoms: AtomSource) {
    this.#atoms = atoms;
  }

  acquire(key: string, make: () => T): Said<T> {
    let said = this.#byKey.get(key);
    if (said === undefined) {
      said = { key, atom: this.#atoms.take(), what: make(), uses: 0 };
      this.#byKey.set(key, said);
      this.#byAtom.set(said.atom, said);
      this.#fresh.add(said);
    }
    said.uses++;
    return said;
  }

  release(said: Said<T>): void {
    if (--said.uses > 0) return;
    this.#idle.delete(said);
    this.#idle.add(said);
  }

  get(atom: Atom): Said<T> | undefined {
    return this.#byAtom.get(atom);
  }

  find(key: string): Said<T> | undefined {
    return this.#byKey.get(key);
  }

  /** All that is said now. */
  values(): Iterable<Said<T>> {
    return this.#byKey.values();
  }

  /** What is said since the last call and was not before. */
  takeFresh(): Said<T>[] {
    const fresh = [...this.#fresh].filter(({ uses }) => uses > 0);
    this.#fresh.clear();
    return fresh;
  }

  /** How many there are, at most, that nobody says any more and nobody took. */
  get idle(): number {
    return this.#idle.size;
  }

  /** Some of what nobody says any more, the longest silent first; call after {@link takeFresh}. */
  takeDead(most = Infinity): Said<T>[] {
    const dead: Said<T>[] = [];
    for (const said of this.#idle) {
      if (dead.length >= most) break;
      this.#idle.delete(said);
      if (said.uses > 0) continue;
      dead.push(said);
      this.#byKey.delete(said.key);
      this.#byAtom.delete(said.atom);
    }
    return dead;
  }
}
