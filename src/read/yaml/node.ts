/** A YAML value that remembers where it was written; `start` is an offset into the source text. */
export type YamlNode = ScalarNode | MappingNode | SequenceNode;

/** What a YAML scalar can be once kubectl has read it. */
export type ScalarValue = string | number | boolean | null;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly start: number;
  readonly value: ScalarValue;
  /** How many nodes this one stands for, aliases written out. */
  readonly size: number;
}

/** Keys as kubectl makes them: all strings, the last of equal ones. The three lists run in step. */
export interface MappingNode {
  readonly kind: 'mapping';
  readonly start: number;
  readonly keys: readonly string[];
  readonly keyStarts: readonly number[];
  readonly values: readonly YamlNode[];
  readonly size: number;
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly start: number;
  readonly items: readonly YamlNode[];
  readonly size: number;
}

/** The value under a key; undefined when the key is absent. */
export function valueOf(node: MappingNode, key: string): YamlNode | undefined {
  const index = node.keys.indexOf(key);
  return index === -1 ? undefined : node.values[index];
}

/** Whether the node is an explicit or implied null. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** The plain value, as a program reading JSON would have it. */
export function toPlain(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'sequence':
      return node.items.map(toPlain);
    case 'mapping': {
      const entries = node.keys.map((key, i) => [key, toPlain(node.values[i]!)] as const);
      return Object.fromEntries(entries);
    }
  }
}

/** What to call the node in a message: `a list`, `a map`, `the number 80`, `the text "http"`. */
export function describe(node: YamlNode): string {
  if (node.kind === 'sequence') return 'a list';
  if (node.kind === 'mapping') return 'a map';
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'string') return `the text \`${shorten(node.value)}\``;
  return `the ${typeof node.value} \`${node.value}\``;
}

/** A text short enough, and on one line, to stand in a message. */
export function shorten(text: string): string {
  const line = text.slice(0, 100).replaceAll(/[\s\p{Cc}]+/gu, ' ');
  return line.length > 40 ? `${line.slice(0, 37)}…` : line;
}
