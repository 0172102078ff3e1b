import { withOne } from '../../evaluate/ids/short-list.ts';
import type { Template } from '../../evaluate/map/template.ts';
import type { DestinationKinds } from './destination-kinds.ts';
import type { IdSet } from './id-set.ts';

/** The templates that the rows of one group of sources have, all of one kind of source. */
export class TemplateUse {
  /** By template: the kinds of destinations that are covered in every row with it. */
  readonly covered = new Map<Template, readonly number[]>();

  /** Takes a row in, whose differences are covered in `kinds`. */
  add(template: Template, kinds: DestinationKinds): void {
    const before = this.covered.get(template);
    if (before === undefined) this.covered.set(template, kinds.covered());
    else if (before.length > 0) {
      const still = before.filter((kind) => kinds.isCovered(kind));
      this.covered.set(template, still);
    }
  }
}

/** Tells what destinations are reached by as templates say, for one use of templates after the other. */
export class TemplateReader {
  readonly #kinds: DestinationKinds;
  #templates: readonly Template[] = [];
  /** By kind: the templates in all of whose rows it is covered. */
  readonly #coveredIn: (Template[] | undefined)[];
  readonly #coveredKinds: number[] = [];
  /** The ids that destinations alike to templates are reached by, and where those of each begin and end. */
  readonly #ids: number[] = [];
  #count = 0;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;

  constructor(kinds: DestinationKinds) {
    this.#kinds = kinds;
    this.#coveredIn = Array<Template[] | undefined>(kinds.count).fill(undefined);
    this.#starts = new Int32Array(kinds.alikeCount);
    this.#ends = new Int32Array(kinds.alikeCount);
  }

  begin({ covered }: TemplateUse): void {
    this.#templates = [...covered.keys()];
    this.#count = 0;
    this.#ends.fill(0);
    for (const kind of this.#coveredKinds) this.#coveredIn[kind] = undefined;
    this.#coveredKinds.length = 0;
    for (const [template, kinds] of covered) {
      for (const kind of kinds) {
        this.#coveredIn[kind] = withOne(this.#coveredIn[kind], template);
        this.#coveredKinds.push(kind);
      }
    }
  }

  /** Adds what destinations of a group are reached by. */
  collect(group: number, into: IdSet): void {
    const kinds = this.#kinds.ofGroup(group);
    for (let i = 0; i < kinds.length; i++) {
      const alike = this.#kinds.alikeOf(kinds[i]!);
      const except = this.#coveredIn[kinds[i]!];
      if (except === undefined) {
        if (this.#ends[alike] === 0) this.#list(alike);
        const end = this.#ends[alike]!;
        for (let at = this.#starts[alike]!; at < end; at++) into.add(this.#ids[at]!);
        continue;
      }
      for (const template of this.#templates)
        if (!except.includes(template)) into.add(template.reaches[alike]!);
    }
  }

  /** Lists the ids, each once, that the templates have for destinations alike. */
  #list(alike: number): void {
    const start = (this.#starts[alike] = this.#count);
    for (const { reaches } of this.#templates) {
      const id = reaches[alike]!;
      let at = start;
      while (at < this.#count && this.#ids[at] !== id) at++;
      if (at === this.#count) this.#ids[this.#count++] = id;
    }
    this.#ends[alike] = this.#count;
  }
}
