import type { YamlNode } from './node.ts';

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
