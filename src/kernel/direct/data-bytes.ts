import type { ElementType } from '../../compile/ruleset/ruleset.ts';
import type { Batch } from './batch.ts';
import { FIELD_FORMS } from './field-bytes.ts';
import type { WriteField } from './field-bytes.ts';

/** enum nft_data_attributes. */
const DATA_VALUE = 1;

/** How the kernel keeps a key of several fields, or a value: struct nft_data. */
export class DataForm {
  readonly #write: readonly WriteField[];
  /** Where each field begins. */
  readonly #at: readonly number[];
  readonly #width: number;
  readonly #interval: boolean;

  /** `interval`: a field may be a range. */
  constructor(types: readonly ElementType[], interval: boolean) {
    this.#interval = interval;
    this.#write = types.map((type) => FIELD_FORMS[type].write);
    const at: number[] = [];
    let width = 0;
    for (const type of types) {
      at.push(width);
      // in a concatenation each fills whole registers of four bytes; one alone is as it is
      const own = FIELD_FORMS[type].width;
      width += types.length === 1 ? own : (own + 3) & ~3;
    }
    this.#at = at;
    this.#width = width;
  }

  /**
   * Writes what stands between two places of a text, of each range one end, as an attribute; false when it is
   * not of this form.
   */
  write(
    batch: Batch,
    attribute: number,
    text: string,
    from: number,
    to: number,
    isHighEnd = false,
  ): boolean {
    const data = batch.open(attribute);
    const at = batch.attribute(DATA_VALUE, this.#width);
    const out = batch.bytes;
    const count = this.#write.length;
    const interval = this.#interval;
    let begin = from;
    for (let i = 0; i < count; i++) {
      const end = i === count - 1 ? to : text.indexOf(' . ', begin);
      if (end === -1 || end > to) return false;
      let [low, high] = [begin, end];
      if (interval) {
        const dash = text.indexOf('-', begin);
        const isRange = dash !== -1 && dash < end;
        if (isRange && isHighEnd) low = dash + 1;
        else if (isRange) high = dash;
      }
      // sets with intervals compare bytes from the first on, so that all numbers are big-endian in them
      if (!this.#write[i]!(text, low, high, out, at + this.#at[i]!, !interval)) return false;
      begin = end + 3;
    }
    batch.close(data);
    return true;
  }
}
