import type { Operator, Requirement, Selector } from '../../model/selector.ts';
import type { Id } from '../ids/pair-memo.ts';
import { SequenceIds } from '../ids/sequence-ids.ts';

/** Numbers for selectors: equal for those written alike, whatever the order of their requirements. */
export class SelectorIds {
  #requirements = 0;
  /** By operator, key and values: most requirements have one value, which needs no new text. */
  readonly #ids: Readonly<Record<Operator, Map<string, Map<string, Id>>>> = {
    In: new Map(),
    NotIn: new Map(),
    Exists: new Map(),
    DoesNotExist: new Map(),
  };
  readonly #sequences = new SequenceIds();

  of(selector: Selector): Id {
    return this.#sequences.ofSorted(selector.map((requirement) => this.ofRequirement(requirement)));
  }

  /** The number of a requirement, among requirements. */
  ofRequirement({ key, operator, values }: Requirement): Id {
    const byKey = this.#ids[operator];
    let byValues = byKey.get(key);
    if (byValues === undefined) byKey.set(key, (byValues = new Map()));
    const text = values.length > 1 ? [...values].sort().join() : (values[0] ?? '');
    let id = byValues.get(text);
    if (id === undefined) byValues.set(text, (id = this.#requirements++));
    return id;
  }
}
