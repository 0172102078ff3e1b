import type { YamlFault } from './fault.ts';
import type { MappingEntries } from './mapping.ts';
import { shorten } from './node.ts';
import type { YamlNode } from './node.ts';

/** A document whose `<<` bring in more keys than this is refused. */
export const MOST_MERGED_KEYS = 500_000;

/** Of a map, this many repeated keys are reported one by one. */
const MOST_DUPLICATES = 20;

/** Puts pairs into mappings as kubectl does: keys become text, `<<` brings the pairs of other maps in. */
export class PairReader {
  readonly #text: string;
  readonly #base: number;
  readonly #faults: YamlFault[];
  /** How many keys `<<` has brought in, over the whole document. */
  mergedKeys = 0;

  /** Nodes are those of `text`, their offsets moved by `base`; faults are added to `faults`. */
  constructor(text: string, base: number, faults: YamlFault[]) {
    this.#text = text;
    this.#base = base;
    this.#faults = faults;
  }

  /** Adds a pair; whether the key stood in the map itself before. */
  add(entries: MappingEntries, key: YamlNode, value: YamlNode): boolean {
    if (this.#isMerge(key)) {
      this.#merge(entries, value, key.start);
      return false;
    }
    if (key.kind !== 'scalar' || key.value === null) {
      const what = key.kind === 'scalar' ? 'nothing' : key.kind === 'mapping' ? 'a map' : 'a list';
      const remedy = key.kind === 'mapping' ? '; quote a value that begins with `{`' : '';
      const message = `${what} cannot be a key: the API knows text keys only${remedy}`;
      this.#fault('unusable-key', message, key.start);
    }
    this.checkNumber(value);
    return entries.set(this.#textOf(key), key.start, value, 'own') === 'own';
  }

  /** Says of keys that they stood in their map before; `inRoot`: in the root of the document. */
  reportDuplicates(keys: readonly YamlNode[], inRoot: boolean): void {
    for (const key of keys.slice(0, MOST_DUPLICATES)) {
      const name = this.#textOf(key);
      const message = `key \`${shorten(name)}\` stands twice in one map; the last one counts, drop the other`;
      const fault = { code: 'duplicate-key', message, offset: key.start } as const;
      this.#faults.push(inRoot ? { ...fault, rootKey: name } : fault);
    }
  }

  /** Says of a value that JSON, and so the API, has no such number. */
  checkNumber(node: YamlNode): void {
    if (node.kind !== 'scalar' || typeof node.value !== 'number') return;
    if (Number.isFinite(node.value)) return;
    const message = `${node.value} is no number in an object of the API; quote it if it is text`;
    this.#fault('invalid-number', message, node.start);
  }

  #fault(code: YamlFault['code'], message: string, offset: number): void {
    this.#faults.push({ code, message, offset });
  }

  #isMerge(key: YamlNode): boolean {
    return (
      key.kind === 'scalar' && key.value === '<<' && this.#text[key.start - this.#base] === '<'
    );
  }

  #merge(entries: MappingEntries, value: YamlNode, offset: number): void {
    // of several, the first has the last word
    const sources = value.kind === 'sequence' ? [...value.items].reverse() : [value];
    for (const source of sources) {
      if (source.kind !== 'mapping') {
        this.#fault('yaml-syntax', '`<<` takes a map, or a list of maps', offset);
        continue;
      }
      this.mergedKeys += source.keys.length + 1;
      if (this.mergedKeys > MOST_MERGED_KEYS) return;
      for (const key of entries.merge(source)) {
        const message = `\`<<\` replaces the key \`${shorten(key)}\` above it; put \`<<\` first in its map`;
        this.#fault('duplicate-key', message, offset);
      }
    }
  }

  /** A key as kubectl makes it text: `yes:` is "true", `1.0:` is "1", `.inf:` is as written. */
  #textOf(key: YamlNode): string {
    if (key.kind !== 'scalar') return key.kind === 'sequence' ? '[…]' : '{…}';
    const { value, start } = key;
    if (typeof value !== 'number' || Number.isFinite(value)) return String(value);
    return this.#text.slice(start - this.#base).match(/^[^\s:]+/)![0];
  }
}
