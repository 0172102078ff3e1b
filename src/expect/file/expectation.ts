import type { Block } from '../../model/address-set.ts';
import type { Place } from '../../model/place.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { Selector } from '../../model/selector.ts';

/** What a file says should be so: everybody in `from` reaches everybody in `to`, or nobody does. */
export interface Expectation {
  readonly kind: 'allow' | 'deny';
  /** One sentence: `shop/web reaches shop/api on 5000`, or the name it was given. */
  readonly title: string;
  readonly from: Who;
  readonly to: Who;
  readonly ports: Ports;
  /** Why, in the words of the file. */
  readonly because: string | undefined;
  readonly place: Place;
}

/** Some ends of connections: any that one of the terms stands for. */
export interface Who {
  readonly place: Place;
  /** As a sentence has it: `shop/web`, `shop/web or shop/api`, `any but shop/api`. */
  readonly text: string;
  readonly terms: readonly Term[];
}

/** One word for some ends, or a map of conditions that all must hold. */
export type Term = EveryoneTerm | NameTerm | PatternTerm | BlockTerm | GroupTerm | FilterTerm;

interface AnyTerm {
  readonly place: Place;
  readonly text: string;
}

/** `any` or `*`: every pod with a network of its own, and every address outside. */
export interface EveryoneTerm extends AnyTerm {
  readonly kind: 'everyone';
}

/** A name as on the command line: `ns/name`, `ns/Kind/name`, `node/NAME`, an address, `svc/ns/name`, … */
export interface NameTerm extends AnyTerm {
  readonly kind: 'name';
}

/** `shop/*`, `*` + `/db`, `shop/Deployment/web-*`, `node/*`: `*` stands for any part of a name. */
export interface PatternTerm extends AnyTerm {
  readonly kind: 'pattern';
  /** Undefined: nodes. */
  readonly namespace: string | undefined;
  readonly workloadKind: string | undefined;
  readonly name: string;
}

/** A CIDR: the addresses of it that are outside the cluster. */
export interface BlockTerm extends AnyTerm {
  readonly kind: 'block';
  readonly block: Block;
}

/** A group of the file, by its name. */
export interface GroupTerm extends AnyTerm {
  readonly kind: 'group';
  readonly who: Who;
}

/** A map: whoever meets all that is given. */
export interface FilterTerm extends AnyTerm {
  readonly kind: 'filter';
  /** Whom to begin with; absent: all pods, or everyone where only `not` is given. */
  readonly within: Who | undefined;
  readonly labels: Selector | undefined;
  readonly namespaces: NamespaceCondition | undefined;
  readonly not: Who | undefined;
}

/** Namespaces by their names, in which `*` is any part of one, or by their labels. */
export type NamespaceCondition =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'labels'; readonly selector: Selector };

/**
 * The ports an expectation is about: those listed, each judged by itself; `all` of every protocol; or those
 * that the destination says it serves.
 */
export type Ports =
  | { readonly kind: 'listed'; readonly sets: readonly PortSet[]; readonly text: string }
  | { readonly kind: 'all' }
  | { readonly kind: 'served' };
