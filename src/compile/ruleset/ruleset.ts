/**
 * What one node's kernel is told: one nftables table as data. The compiler makes it, `text.ts` writes it for
 * nft, and the virtual packet of the tests walks it.
 */
export interface Ruleset {
  /** The table's name, in family `inet`. */
  readonly table: string;
  readonly chains: readonly Chain[];
  readonly sets: readonly NamedSet[];
}

/** A chain; with a hook it is a base chain of type filter and policy accept. */
export interface Chain {
  readonly name: string;
  readonly hook?: { readonly name: Hook; readonly priority: number };
  readonly lines: readonly Line[];
}

/** Where a base chain sees packets (nft(8), "Address families"). */
export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

/** One rule of a chain: statements from left to right; a match that fails ends the rule. */
export interface Line {
  readonly statements: readonly Statement[];
  /** For the reader of `sluice compile`; not part of the rule. */
  readonly note?: string;
}

/** The fields of a packet, and of the connection it belongs to, that rules look at (nft(8), "Expressions"). */
export type Field =
  | 'meta nfproto'
  | 'meta l4proto'
  | 'meta priority'
  | 'iifname'
  | 'iifgroup'
  | 'ip saddr'
  | 'ip daddr'
  | 'ip6 saddr'
  | 'ip6 daddr'
  | 'icmpv6 type'
  | 'tcp flags'
  | 'fib saddr type'
  | 'ct state'
  | 'ct direction'
  | 'ct mark'
  | 'ct original ip saddr'
  | 'ct original ip6 saddr'
  | 'ct reply ip saddr'
  | 'ct reply ip6 saddr'
  | 'ct reply proto-src';

export type Statement =
  | MatchStatement
  | { readonly kind: 'counter' }
  | {
      readonly kind: 'limit';
      /** Packets a second, and how many may come at once. */
      readonly rate: number;
      readonly burst: number;
    }
  | {
      readonly kind: 'log';
      readonly prefix: string;
      readonly group: number;
      /** Bytes of the packet that go with the event. */
      readonly snaplen: number;
    }
  /** `ct mark set ct mark and KEEP or VALUE`. */
  | { readonly kind: 'mark'; readonly keep: number; readonly value: number }
  /** `meta priority set VALUE`: the scratch register. */
  | { readonly kind: 'scratch'; readonly value: number }
  /** `meta priority set FIELD . FIELD map @NAME`: a key that is not in the map ends the rule. */
  | { readonly kind: 'scratch-map'; readonly key: readonly Field[]; readonly map: string }
  /** `update @NAME { FIELD }`: counts the packet under the field in a dynamic set. */
  | { readonly kind: 'count-in'; readonly field: Field; readonly set: string }
  /** `update @NAME { FIELD . FIELD }`: keeps the key in a dynamic set for a while. */
  | { readonly kind: 'remember'; readonly key: readonly Field[]; readonly set: string }
  | { readonly kind: 'accept' | 'drop' | 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };

/** `FIELD . FIELD == …`: against a named set, or against values and inclusive ranges. */
export interface MatchStatement {
  readonly kind: 'match';
  /** One field, or several concatenated (with a named set only). */
  readonly fields: readonly Field[];
  /** Masks the field first: `ct mark and MASK`, `tcp flags and MASK`. */
  readonly mask?: number;
  readonly negated?: boolean;
  /** Values as nft writes them (`tcp`, `10.0.0.0/8`, `new`, `0:1`), or the set they are looked up in. */
  readonly in: { readonly set: string } | { readonly values: readonly string[] };
}

/** A set or map of the table; elements by the text of their key, as nft reads it. */
export interface NamedSet {
  readonly name: string;
  readonly key: readonly ElementType[];
  /** Maps only: what a key leads to. */
  readonly value?: ElementType;
  readonly interval?: boolean;
  /** Elements end by themselves; their keys are written with what is left of their time. */
  readonly timeout?: boolean;
  /** Known beforehand to hold at most so many: the kernel then finds elements faster. */
  readonly size?: number;
  /**
   * Filled by rules; the compiler writes no elements. Each has a counter, or with `seconds` ends so long after it was
   * last written.
   */
  readonly dynamic?: { readonly size: number; readonly seconds?: number };
  /** Key text → value text; the value is empty in a set. */
  readonly elements: ReadonlyMap<string, string>;
  /** For the reader of `sluice compile`, by key: a word on an element; not part of it. */
  readonly notes?: ReadonlyMap<string, string>;
  /** Likewise: a line above the element with which something else begins. */
  readonly headings?: ReadonlyMap<string, string>;
}

export type ElementType =
  | 'ipv4_addr'
  | 'ipv6_addr'
  | 'inet_proto'
  | 'inet_service'
  | 'classid'
  | 'ifname'
  | 'devgroup'
  | 'nf_proto';
