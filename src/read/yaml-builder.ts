import { keyText, MappingEntries } from './yaml-mapping.ts';
import { shorten } from './yaml-node.ts';
import type { MappingNode, ScalarNode, ScalarValue, SequenceNode, YamlNode } from './yaml-node.ts';
import { aliasAt, columnOf, contentStart, skipBlank } from './yaml-text.ts';

/** Something in a document that is not as kubectl would accept or keep it. */
export interface YamlFault {
  readonly code:
    | 'yaml-syntax'
    | 'duplicate-key'
    | 'unusable-key'
    | 'invalid-number'
    | 'cyclic-alias'
    | 'too-many-aliases';
  readonly message: string;
  readonly offset: number;
  /** Of a duplicate key: the key, when it stands in the root of the document. */
  readonly rootKey?: string;
}

/** The roots of a text (several when `...` separates them) and what is wrong with it. */
export interface YamlTrees {
  readonly roots: readonly YamlNode[];
  readonly faults: readonly YamlFault[];
}

/** A document whose aliases, written out, make more nodes than this is refused (go-yaml refuses too). */
export const MOST_ALIASED_NODES = 2_000_000;

/** A document whose `<<` bring in more keys than this is refused. */
export const MOST_MERGED_KEYS = 500_000;

/** Of a map, this many repeated keys are reported one by one. */
const MOST_DUPLICATES = 20;

const COLON = 0x3a;
const BRACKET = 0x5b;
const BRACE = 0x7b;

/** What js-yaml 4 shows a listener: its scanner state when a node opens and closes. */
export interface ScannerState {
  readonly position: number;
  readonly kind: 'scalar' | 'sequence' | 'mapping' | null;
  readonly tag: string | null;
  readonly anchor: string | null;
  readonly result: unknown;
}

/**
 * Collects js-yaml's node events into trees. Finished nodes wait on a stack, kept as four lists in step,
 * until the node they belong to closes: then they are its children, from a mark to the end.
 */
export class TreeBuilder {
  readonly #text: string;
  /** What is added to every offset: the text is a part of a source. */
  readonly #base: number;
  readonly #faults: YamlFault[] = [];
  /** How many nodes are on the stack; the lists may be longer, for shrinking them costs time. */
  #count = 0;
  readonly #nodes: YamlNode[] = [];
  /** What js-yaml made of each, and where its scanner stood when it opened and when it closed it. */
  readonly #values: unknown[] = [];
  readonly #begins: number[] = [];
  readonly #ends: number[] = [];
  /** Nodes still open: where, and how many nodes were finished before. */
  readonly #opened: number[] = [];
  readonly #marks: number[] = [];
  readonly #anchors = new Map<string, { node: YamlNode; value: unknown }>();
  #mergedKeys = 0;
  /** Dashes with nothing after them, in an inner list that js-yaml went on with the items of an outer one. */
  readonly holes: number[] = [];

  constructor(text: string, base: number) {
    this.#text = text;
    this.#base = base;
  }

  on(event: string, state: ScannerState): void {
    if (event === 'open') {
      this.#opened.push(state.position);
      this.#marks.push(this.#count);
      return;
    }
    const opened = this.#opened.pop()!;
    const mark = this.#marks.pop()!;
    const node = this.#close(state, opened, mark);
    if (state.anchor !== null) this.#anchors.set(state.anchor, { node, value: state.result });
    this.#nodes[mark] = node;
    this.#values[mark] = state.result;
    this.#begins[mark] = opened;
    this.#ends[mark] = state.position;
    this.#count = mark + 1;
  }

  /** Where the value begins that the scanner is in the middle of, and the last one it finished. */
  stand(): { opened: number; finished: number } {
    const opened = this.#opened.at(-1);
    return {
      opened: this.#base + (opened === undefined ? 0 : skipBlank(this.#text, opened)),
      finished: this.#nodes[this.#count - 1]?.start ?? this.#base,
    };
  }

  /** What came of the text once js-yaml has read all of it. */
  finish(): YamlTrees {
    const roots = this.#nodes.slice(0, this.#count);
    const huge = roots.find(
      (root) => root.size > MOST_ALIASED_NODES && root.size > this.#text.length,
    );
    if (huge !== undefined) {
      const values = huge.size > 1e9 ? 'billions of' : String(huge.size);
      this.#refuse(huge.start, `aliases make this document ${values} values large`);
    } else if (this.#mergedKeys > MOST_MERGED_KEYS) {
      this.#refuse(roots[0]!.start, `\`<<\` brings more than ${MOST_MERGED_KEYS} keys in`);
    }
    const faults = this.#faults;
    const whole = faults.every(
      ({ code }) => code !== 'cyclic-alias' && code !== 'too-many-aliases',
    );
    return { roots: whole ? roots : [], faults };
  }

  #refuse(offset: number, size: string): void {
    this.#fault('too-many-aliases', `${size}; write the values out`, offset);
  }

  #fault(code: YamlFault['code'], message: string, offset: number): void {
    this.#faults.push({ code, message, offset });
  }

  #close(state: ScannerState, opened: number, mark: number): YamlNode {
    const { kind, result } = state;
    if (kind === null) return this.#aliasOrNothing(opened, state);
    const start = contentStart(this.#text, opened);
    if (kind === 'scalar') return this.#scalar(start, result as ScalarValue);
    // js-yaml reads a flow collection as the first key of a block mapping, and keeps it when it is none
    if (mark === this.#count - 1 && this.#values[mark] === result) return this.#nodes[mark]!;
    return kind === 'mapping'
      ? this.#mapping(start, mark)
      : this.#sequence(start, mark, result as unknown[]);
  }

  #scalar(start: number, value: ScalarValue): ScalarNode {
    return { kind: 'scalar', start: this.#base + start, value, size: 1 };
  }

  #aliasOrNothing(opened: number, state: ScannerState): YamlNode {
    if (state.tag !== null) return this.#scalar(opened, (state.result ?? '') as ScalarValue);
    const start = contentStart(this.#text, opened);
    if (start >= state.position || this.#text[start] !== '*') return this.#scalar(opened, null);
    const name = aliasAt(this.#text, start);
    const target = this.#anchors.get(name);
    // a value that is not the one kept under the name is still being read: the alias stands inside it
    if (target === undefined || target.value !== state.result) {
      const message = `alias \`*${name}\` stands inside the value it names; write the value out`;
      this.#fault('cyclic-alias', message, this.#base + start);
      return this.#scalar(start, null);
    }
    return target.node;
  }

  #sequence(start: number, mark: number, values: readonly unknown[]): SequenceNode {
    const items =
      this.#text.charCodeAt(start) === BRACKET
        ? this.#flowItems(mark)
        : this.#blockItems(start, mark, values.length);
    let size = 1;
    for (const item of items) {
      this.#checkNumber(item);
      size += item.size;
    }
    return { kind: 'sequence', start: this.#base + start, items, size };
  }

  /** The items of `[…]`; `[a: 1]` is a list of one map of one pair. */
  #flowItems(mark: number): YamlNode[] {
    const items: YamlNode[] = [];
    for (let i = mark; i < this.#count; i++) {
      const node = this.#nodes[i]!;
      if (this.#colonAfter(this.#ends[i]!)) {
        const entries = new MappingEntries();
        this.#pair(entries, node, this.#nodes[++i]!);
        items.push(entries.node(node.start));
      } else items.push(node);
    }
    return items;
  }

  /** The items after `-`; one with nothing after its `-` gave a null but no event. */
  #blockItems(start: number, mark: number, count: number): YamlNode[] {
    if (this.#count - mark === count) return this.#nodes.slice(mark, this.#count);
    const items: YamlNode[] = [];
    let next = mark;
    for (let dash = start; items.length < count;) {
      const content = skipBlank(this.#text, dash + 1);
      if (next < this.#count && skipBlank(this.#text, this.#begins[next]!) === content) {
        dash = skipBlank(this.#text, this.#ends[next]!);
        items.push(this.#nodes[next++]!);
      } else {
        items.push(this.#scalar(dash, null));
        if (columnOf(this.#text, content) < columnOf(this.#text, start)) {
          if (items.length < count) this.holes.push(dash);
          break;
        }
        dash = content;
      }
    }
    return items;
  }

  #mapping(start: number, mark: number): MappingNode {
    const flow = this.#text.charCodeAt(start) === BRACE;
    const entries = new MappingEntries();
    const end = this.#count;
    let duplicates = 0;
    for (let i = mark; i < end; i++) {
      const key = this.#nodes[i]!;
      const after = this.#ends[i]!;
      // the scanner looked for one more key and met the end of the document
      if (this.#values[i] === null && this.#text.startsWith('...', this.#begins[i])) continue;
      const paired =
        i + 1 < end &&
        (flow
          ? this.#colonAfter(after)
          : this.#text.charCodeAt(this.#begins[i + 1]! - 1) === COLON);
      const value = paired ? this.#nodes[++i]! : this.#scalar(after, null);
      if (this.#pair(entries, key, value) && ++duplicates <= MOST_DUPLICATES) {
        this.#reportDuplicate(key);
      }
    }
    return entries.node(this.#base + start);
  }

  #reportDuplicate(key: YamlNode): void {
    const name = keyText(key, this.#text, this.#base);
    const message = `key \`${shorten(name)}\` stands twice in one map; the last one counts, drop the other`;
    const fault = { code: 'duplicate-key', message, offset: key.start } as const;
    this.#faults.push(this.#opened.length === 0 ? { ...fault, rootKey: name } : fault);
  }

  /** Adds a pair; whether the key stood in the map itself before. */
  #pair(entries: MappingEntries, key: YamlNode, value: YamlNode): boolean {
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
    this.#checkNumber(value);
    const text = keyText(key, this.#text, this.#base);
    return entries.set(text, key.start, value, 'own') === 'own';
  }

  #checkNumber(node: YamlNode): void {
    if (node.kind !== 'scalar' || typeof node.value !== 'number') return;
    if (Number.isFinite(node.value)) return;
    const message = `${node.value} is no number in an object of the API; quote it if it is text`;
    this.#fault('invalid-number', message, node.start);
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
      this.#mergedKeys += source.keys.length + 1;
      if (this.#mergedKeys > MOST_MERGED_KEYS) return;
      for (const key of entries.merge(source)) {
        const message = `\`<<\` replaces the key \`${shorten(key)}\` above it; put \`<<\` first in its map`;
        this.#fault('duplicate-key', message, offset);
      }
    }
  }

  #colonAfter(offset: number): boolean {
    return this.#text.charCodeAt(skipBlank(this.#text, offset)) === COLON;
  }
}
