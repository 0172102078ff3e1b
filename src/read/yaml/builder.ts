import type { YamlFault, YamlTrees } from './fault.ts';
import { MappingEntries } from './mapping.ts';
import type { MappingNode, ScalarNode, ScalarValue, SequenceNode, YamlNode } from './node.ts';
import { MOST_MERGED_KEYS, PairReader } from './pairs.ts';
import { aliasAt, columnOf, contentStart, skipBlank } from './text.ts';

/** A document whose aliases, written out, make more nodes than this is refused (go-yaml refuses too). */
export const MOST_ALIASED_NODES = 2_000_000;

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
  readonly #pairs: PairReader;
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
  /** Dashes with nothing after them, in an inner list that js-yaml went on with the items of an outer one. */
  readonly holes: number[] = [];

  constructor(text: string, base: number) {
    this.#text = text;
    this.#base = base;
    this.#pairs = new PairReader(text, base, this.#faults);
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
    } else if (this.#pairs.mergedKeys > MOST_MERGED_KEYS) {
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
      this.#pairs.checkNumber(item);
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
        this.#pairs.add(entries, node, this.#nodes[++i]!);
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
    const duplicates: YamlNode[] = [];
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
      if (this.#pairs.add(entries, key, value)) duplicates.push(key);
    }
    this.#pairs.reportDuplicates(duplicates, this.#opened.length === 0);
    return entries.node(this.#base + start);
  }

  #colonAfter(offset: number): boolean {
    return this.#text.charCodeAt(skipBlank(this.#text, offset)) === COLON;
  }
}
