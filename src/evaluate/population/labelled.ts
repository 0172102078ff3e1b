import { UNREADABLE, isUnreadable, selects } from '../../model/selector.ts';
import type { Labels, Selector } from '../../model/selector.ts';

/** Who has which value of one label, and who has the label with a value that cannot be read. */
interface Holders {
  readonly byValue: Map<string, number[]>;
  readonly unreadable: number[];
}

const NOBODY: readonly number[] = [];

/** Numbered things with labels: finds those a selector selects, by lists made when a label is first asked for. */
export class Labelled {
  /** Ascending. */
  readonly members: readonly number[];
  readonly #labelsOf: (member: number) => Labels;
  readonly #holders = new Map<string, Holders>();

  /** `keys`: labels that will be asked for. */
  constructor(
    members: readonly number[],
    labelsOf: (member: number) => Labels,
    keys: Iterable<string> = [],
  ) {
    this.members = members;
    this.#labelsOf = labelsOf;
    for (const key of keys) this.#of(key);
  }

  /** The members a selector selects, ascending; `unreadable` as in {@link selects}. */
  select(selector: Selector, unreadable = false): readonly number[] {
    if (selector.length === 0) return this.members;
    const candidates = this.#candidates(selector, unreadable);
    if (candidates !== undefined && selector.length === 1) return candidates;
    return (candidates ?? this.members).filter((member) =>
      selects(selector, this.#labelsOf(member), unreadable),
    );
  }

  /** Who has a label, by its value. */
  byValue(key: string): ReadonlyMap<string, readonly number[]> {
    return this.#of(key).byValue;
  }

  /** Whose label cannot be read. */
  unreadable(key: string): readonly number[] {
    return this.#of(key).unreadable;
  }

  /**
   * Members, ascending, among which all that the selector selects are: those with a value of one of its
   * requirements, the one that fewest satisfy. Undefined when none helps.
   */
  #candidates(selector: Selector, unreadable: boolean): readonly number[] | undefined {
    let best: readonly (readonly number[])[] | undefined;
    let least = this.members.length;
    for (const { key, operator, values } of selector) {
      if (operator !== 'In') continue;
      const holders = this.#of(key);
      const lists = values.map((value) => holders.byValue.get(value) ?? NOBODY);
      if (unreadable && holders.unreadable.length > 0) lists.push(holders.unreadable);
      const count = lists.reduce((sum, list) => sum + list.length, 0);
      if (count < least) [best, least] = [lists, count];
    }
    if (best === undefined || best.length === 1) return best?.[0];
    return [...new Set(best.flat())].sort((a, b) => a - b);
  }

  #of(key: string): Holders {
    let holders = this.#holders.get(key);
    if (holders === undefined) this.#holders.set(key, (holders = this.#gather(key)));
    return holders;
  }

  #gather(key: string): Holders {
    const byValue = new Map<string, number[]>();
    const unreadable: number[] = [];
    for (const member of this.members) {
      const labels = this.#labelsOf(member);
      const value = labels[key];
      if (value !== undefined && Object.hasOwn(labels, key)) {
        const list = byValue.get(value);
        if (list === undefined) byValue.set(value, [member]);
        else list.push(member);
      } else if (labels[UNREADABLE] !== undefined && isUnreadable(labels, key)) {
        unreadable.push(member);
      }
    }
    return { byValue, unreadable };
  }
}
