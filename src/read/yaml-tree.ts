import { Schema, Type, YAMLException, loadAll } from 'js-yaml';
import type { LoadOptions } from 'js-yaml';
import type { MappingNode, ScalarValue, SequenceNode, YamlNode } from './yaml-node.ts';
import { resolvePlain } from './yaml-scalar.ts';

/** Something in a document that is not as kubectl would accept or keep it. */
export interface YamlFault {
  readonly code: 'yaml-syntax' | 'duplicate-key' | 'cyclic-alias' | 'too-many-aliases';
  readonly message: string;
  readonly offset: number;
}

/** The roots of a text (several when `...` separates them) and what is wrong with it. */
export interface YamlTrees {
  readonly roots: readonly YamlNode[];
  readonly faults: readonly YamlFault[];
}

/** Documents nested deeper than this are refused: no object of the API comes near it. */
export const DEEPEST = 400;

/** A document whose aliases, written out, make more nodes than this is refused (go-yaml refuses too). */
export const MOST_ALIASED_NODES = 2_000_000;

// One implicit type instead of js-yaml's five: `resolvePlain` decides at a glance. Tags are read as
// go-yaml reads them into an untyped value: known ones say the type, unknown ones say nothing.
const PLAIN = new Type('tag:sluice.dev,2026:plain', {
  kind: 'scalar',
  resolve: (text: string) => resolvePlain(text) !== text,
  construct: resolvePlain,
});
const asText = (tag: string): Type =>
  new Type(`tag:yaml.org,2002:${tag}`, { kind: 'scalar', construct: (text: string) => text });
const asPlain = (tag: string): Type =>
  new Type(`tag:yaml.org,2002:${tag}`, { kind: 'scalar', construct: resolvePlain });
const collection = (tag: string, kind: 'sequence' | 'mapping'): Type =>
  new Type(`tag:yaml.org,2002:${tag}`, { kind });
const local = (kind: 'scalar' | 'sequence' | 'mapping'): Type =>
  new Type('!', { kind, multi: true, construct: (value: unknown) => value });
const SCHEMA = new Schema({
  implicit: [PLAIN],
  explicit: [
    ...['str', 'binary', 'timestamp'].map(asText),
    ...['int', 'float', 'bool', 'null', 'merge'].map(asPlain),
    collection('seq', 'sequence'),
    collection('map', 'mapping'),
    local('scalar'),
    local('sequence'),
    local('mapping'),
  ],
});

/** What js-yaml 4 shows a listener: its scanner state when a node opens and closes. */
interface ScannerState {
  readonly position: number;
  readonly kind: 'scalar' | 'sequence' | 'mapping' | null;
  readonly anchor: string | null;
  readonly result: unknown;
}

/** A finished node, with where the scanner stood when it opened and when it closed it. */
interface Finished {
  readonly node: YamlNode;
  readonly opened: number;
  readonly closed: number;
}

/**
 * Parses one document as kubectl would and keeps where every value stands. js-yaml does the reading;
 * this collects its node events into a tree. Offsets are relative to `text` plus `base`.
 */
export function parseYaml(text: string, base: number): YamlTrees {
  const builder = new TreeBuilder(text, base);
  try {
    loadAll(text, null, {
      schema: SCHEMA,
      json: true, // duplicate keys: the last wins, as for kubectl
      maxDepth: DEEPEST,
      // @types/js-yaml types the state as its own partial view of it
      listener: (event: string, state: unknown) => builder.on(event, state as ScannerState),
    } as LoadOptions);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const offset = base + Math.min(error.mark?.position ?? 0, text.length);
    return { roots: [], faults: [{ code: 'yaml-syntax', message: error.reason, offset }] };
  }
  return builder.finish();
}

class TreeBuilder {
  readonly #text: string;
  readonly #base: number;
  readonly #faults: YamlFault[] = [];
  readonly #finished: Finished[] = [];
  readonly #opened: number[] = [];
  readonly #marks: number[] = [];
  readonly #anchors = new Map<string, YamlNode>();

  constructor(text: string, base: number) {
    this.#text = text;
    this.#base = base;
  }

  on(event: string, state: ScannerState): void {
    if (event === 'open') {
      // The scanner may take back what it read and read it again as a mapping: drop what it read before.
      const finished = this.#finished;
      const mark = this.#marks.at(-1) ?? 0;
      while (finished.length > mark && finished.at(-1)!.opened >= state.position) finished.pop();
      this.#opened.push(state.position);
      this.#marks.push(finished.length);
      return;
    }
    const opened = this.#opened.pop()!;
    const children = this.#finished.splice(this.#marks.pop()!);
    const node = this.#close(state, opened, children);
    if (state.anchor !== null) this.#anchors.set(state.anchor, node);
    this.#finished.push({ node, opened, closed: state.position });
  }

  finish(): YamlTrees {
    const roots = this.#finished.map(({ node }) => node);
    const huge = roots.find(
      (root) => root.size > MOST_ALIASED_NODES && root.size > this.#text.length,
    );
    if (huge !== undefined) {
      this.#faults.push({
        code: 'too-many-aliases',
        message: `aliases make this document ${huge.size > 1e9 ? 'billions of' : huge.size} values large; write the values out`,
        offset: huge.start,
      });
      return { roots: [], faults: this.#faults };
    }
    if (this.#faults.some(({ code }) => code === 'cyclic-alias'))
      return { roots: [], faults: this.#faults };
    return { roots, faults: this.#faults };
  }

  #close(state: ScannerState, opened: number, children: Finished[]): YamlNode {
    switch (state.kind) {
      case 'scalar':
        return this.#scalar(this.#contentStart(opened), state.result as ScalarValue);
      case 'mapping':
        return this.#mapping(this.#contentStart(opened), children);
      case 'sequence':
        return this.#sequence(this.#contentStart(opened), children, state.result as unknown[]);
      case null:
        return this.#aliasOrNothing(opened, state);
    }
  }

  #scalar(start: number, value: ScalarValue): YamlNode {
    return { kind: 'scalar', start: this.#base + start, value, size: 1 };
  }

  #aliasOrNothing(opened: number, state: ScannerState): YamlNode {
    const start = this.#contentStart(opened);
    if (start >= state.position || this.#text[start] !== '*') return this.#scalar(opened, null);
    const name = this.#text.slice(start + 1, state.position).trimEnd();
    const target = this.#anchors.get(name);
    if (target === undefined) {
      const message = `alias \`*${name}\` stands inside the value it names; write the value out`;
      this.#faults.push({ code: 'cyclic-alias', message, offset: this.#base + start });
      return this.#scalar(start, null);
    }
    return target;
  }

  #sequence(start: number, children: Finished[], values: unknown[]): SequenceNode {
    let items: readonly YamlNode[] = children.map(({ node }) => node);
    // `-` with nothing after it gives a null but no event, `[a: b]` two events for one value
    if (items.length !== values.length) items = this.#realign(start, items, values);
    const size = items.reduce((sum, item) => sum + item.size, 1);
    return { kind: 'sequence', start: this.#base + start, items, size };
  }

  #realign(start: number, items: readonly YamlNode[], values: unknown[]): YamlNode[] {
    let next = 0;
    return values.map((value) => {
      const item = items[next];
      const matches =
        item !== undefined && (value !== null || (item.kind === 'scalar' && item.value === null));
      if (items.length < values.length && matches) {
        next++;
        return item;
      }
      return this.#unplaced(start, value);
    });
  }

  /** A value whose parts have no place of their own. */
  #unplaced(start: number, value: unknown): YamlNode {
    const at = this.#base + start;
    if (Array.isArray(value)) {
      const items = value.map((item: unknown) => this.#unplaced(start, item));
      return { kind: 'sequence', start: at, items, size: items.length + 1 };
    }
    if (typeof value !== 'object' || value === null)
      return this.#scalar(start, value as ScalarValue);
    const keys = Object.keys(value);
    const values = Object.values(value).map((item: unknown) => this.#unplaced(start, item));
    return {
      kind: 'mapping',
      start: at,
      keys,
      keyStarts: keys.map(() => at),
      values,
      size: keys.length + 1,
    };
  }

  #mapping(start: number, children: Finished[]): MappingNode {
    const flow = this.#text.charCodeAt(start) === 0x7b; // {
    const entries = new MappingEntries();
    for (let i = 0; i < children.length; i++) {
      const key = children[i]!;
      const next = children[i + 1];
      const paired =
        next !== undefined &&
        (flow ? this.#colonAfter(key.closed) : this.#text.charCodeAt(next.opened - 1) === 0x3a); // :
      const value = paired ? next.node : this.#scalar(key.closed, null);
      if (paired) i++;
      const keyStart = key.node.start;
      if (this.#isMerge(key.node)) this.#merge(entries, value, keyStart);
      else if (!entries.set(keyText(key.node), keyStart, value)) {
        this.#faults.push({
          code: 'duplicate-key',
          message: `key \`${keyText(key.node)}\` stands twice in one map; the last one counts, drop the other`,
          offset: keyStart,
        });
      }
    }
    return entries.node(this.#base + start);
  }

  #isMerge(key: YamlNode): boolean {
    return (
      key.kind === 'scalar' && key.value === '<<' && this.#text[key.start - this.#base] === '<'
    );
  }

  #merge(entries: MappingEntries, value: YamlNode, offset: number): void {
    const sources = value.kind === 'sequence' ? value.items : [value];
    for (const source of sources) {
      if (source.kind === 'mapping') entries.merge(source);
      else {
        const message = 'map merge requires a map, or a list of maps, as its value';
        this.#faults.push({ code: 'yaml-syntax', message, offset });
      }
    }
  }

  #colonAfter(offset: number): boolean {
    return this.#text.charCodeAt(this.#skipBlank(offset)) === 0x3a;
  }

  /** Where the content of a node begins: after white space, comments, `&anchor` and `!tag`. */
  #contentStart(offset: number): number {
    let at = this.#skipBlank(offset);
    for (;;) {
      const char = this.#text.charCodeAt(at);
      if (char !== 0x26 && char !== 0x21) return at; // & !
      while (at < this.#text.length && !isBlank(this.#text.charCodeAt(at))) at++;
      at = this.#skipBlank(at);
    }
  }

  #skipBlank(offset: number): number {
    let at = offset;
    for (;;) {
      const char = this.#text.charCodeAt(at);
      if (isBlank(char)) at++;
      else if (char === 0x23) {
        const end = this.#text.indexOf('\n', at);
        at = end === -1 ? this.#text.length : end;
      } else return at;
    }
  }
}

/** The pairs of a mapping while it is read: own keys replace, merged ones only add. */
class MappingEntries {
  readonly #keys: string[] = [];
  readonly #starts: number[] = [];
  readonly #values: YamlNode[] = [];
  readonly #merged = new Set<string>();
  #size = 1;

  /** False when the key was there already; the new value replaces it all the same. */
  set(key: string, start: number, value: YamlNode): boolean {
    this.#size += value.size + 1;
    const index = this.#keys.indexOf(key);
    if (index === -1) {
      this.#keys.push(key);
      this.#starts.push(start);
      this.#values.push(value);
      return true;
    }
    this.#starts[index] = start;
    this.#values[index] = value;
    return this.#merged.delete(key);
  }

  merge(source: MappingNode): void {
    source.keys.forEach((key, i) => {
      if (this.#keys.includes(key)) return;
      this.set(key, source.keyStarts[i]!, source.values[i]!);
      this.#merged.add(key);
    });
  }

  node(start: number): MappingNode {
    return {
      kind: 'mapping',
      start,
      keys: this.#keys,
      keyStarts: this.#starts,
      values: this.#values,
      size: this.#size,
    };
  }
}

function keyText(key: YamlNode): string {
  if (key.kind === 'scalar') return String(key.value);
  return key.kind === 'sequence' ? '[…]' : '{…}';
}

function isBlank(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09;
}
