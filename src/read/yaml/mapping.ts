import type { MappingNode, YamlNode } from './node.ts';

/** Above this many keys a map is searched by an index instead of from end to end. */
const FEW_KEYS = 16;

/** How a key came to stand in a mapping under construction. */
type Origin = 'own' | 'merged';

/**
 * The pairs of a mapping while it is read. Whatever comes later replaces, merged keys too, as in
 * go-yaml v2: https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/decode.go (`merge`).
 */
export class MappingEntries {
  readonly #keys: string[] = [];
  readonly #starts: number[] = [];
  readonly #values: YamlNode[] = [];
  #merged: Set<string> | undefined;
  #index: Map<string, number> | undefined;
  #size = 1;

  /** Sets a key; returns how it stood there before, undefined when it did not. */
  set(key: string, start: number, value: YamlNode, origin: Origin): Origin | undefined {
    this.#size += value.size + 1;
    const index = this.#find(key);
    if (index === -1) {
      this.#index?.set(key, this.#keys.length);
      this.#keys.push(key);
      this.#starts.push(start);
      this.#values.push(value);
      if (origin === 'merged') (this.#merged ??= new Set()).add(key);
      return undefined;
    }
    const before: Origin = this.#merged?.has(key) === true ? 'merged' : 'own';
    if (origin === 'merged') (this.#merged ??= new Set()).add(key);
    else this.#merged?.delete(key);
    this.#starts[index] = start;
    this.#values[index] = value;
    return before;
  }

  /** Brings the pairs of another map in; returns the keys of its own that they replaced. */
  merge(source: MappingNode): string[] {
    return source.keys.filter(
      (key, i) => this.set(key, source.keyStarts[i]!, source.values[i]!, 'merged') === 'own',
    );
  }

  #find(key: string): number {
    if (this.#keys.length <= FEW_KEYS) return this.#keys.indexOf(key);
    this.#index ??= new Map(this.#keys.map((own, i) => [own, i]));
    return this.#index.get(key) ?? -1;
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
