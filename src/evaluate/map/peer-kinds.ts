import { FAMILIES } from '../../model/address.ts';
import type { ClusterRule } from '../../model/cluster-policy.ts';
import type { ClassSet } from '../population/class-set.ts';
import { kindsBySets } from '../population/set-kinds.ts';
import { KindParts } from './kind-parts.ts';
import { PERHAPS, SURE, UNKNOWNS_FROM, UNREADABLE } from './peer-matches.ts';
import type { PeerMatches } from './peer-matches.ts';
import type { Matching } from './ruling.ts';

/** How a rule matches the classes of a kind. */
export interface RuleMatch {
  /** Where labels that cannot be read count as not asked for, and where they count as asked for. */
  readonly surely: Matching;
  readonly possibly: Matching;
  readonly unknowns: number;
}

/** How a peer, by its number, matches the classes of a set. */
interface PeerCode {
  readonly peer: number;
  readonly code: number;
}

const EVERYONE: Matching = { 4: 'yes', 6: 'yes' };
const MATCHES_EVERYONE: RuleMatch = { surely: EVERYONE, possibly: EVERYONE, unknowns: 0 };

/**
 * A partition of all classes by how the rules of one direction match them as peers: those matched alike are
 * of one kind. A few hundred kinds stand for thousands of classes.
 */
export class PeerKinds {
  /** The kind of each class. */
  readonly of: Int32Array;
  /** A class of each kind. */
  readonly examples: readonly number[];
  /** By kind: the rules that match it, as numbers in ascending order. */
  readonly rules: readonly (readonly number[])[];
  /** By kind: how each peer matches. */
  readonly #codes: readonly ReadonlyMap<number, number>[];
  /** By the bits of all peers of a rule: few differ. */
  readonly #matches = new Map<number, RuleMatch>();
  readonly #parts = new Map<ClassSet, KindParts>();
  readonly #partsAt: KindParts[] = [];
  readonly #rules: readonly ClusterRule[];
  readonly #peersOf: readonly (readonly number[])[];

  /** `apart`: a number from 0 on by class; classes with different ones are never of one kind. */
  constructor(rules: readonly ClusterRule[], matches: PeerMatches, apart: Int32Array) {
    this.#rules = rules;
    const askedBy: number[][] = [];
    const everywhere: number[] = [];
    const numbers = new Map<string, number>();
    // many peers match the very same set of classes, so sets are gone through once each
    const codesOf = new Map<ClassSet, PeerCode[]>();
    this.#peersOf = rules.map(({ peers }, rule) => {
      if (peers === 'all') {
        everywhere.push(rule);
        return [];
      }
      return peers.map((peer) => {
        const key = matches.keyOf(peer);
        let number = numbers.get(key);
        if (number === undefined) {
          numbers.set(key, (number = numbers.size));
          askedBy.push([]);
          for (const { set, code } of matches.setsOf(peer)) {
            if (set.count === 0) continue;
            const own = codesOf.get(set);
            if (own === undefined) codesOf.set(set, [{ peer: number, code }]);
            else own.push({ peer: number, code });
          }
        }
        askedBy[number]!.push(rule);
        return number;
      });
    });
    const { of, examples, sets } = kindsBySets(apart, [...codesOf.keys()]);
    this.of = of;
    this.examples = examples;
    const codesOfSet = [...codesOf.values()];
    const codes = sets.map((own) => merged(own.flatMap((set) => codesOfSet[set]!)));
    this.#codes = codes;
    this.rules = codes.map((own) => {
      const matching = new Set(everywhere);
      for (const peer of own.keys()) for (const rule of askedBy[peer]!) matching.add(rule);
      return [...matching].sort((a, b) => a - b);
    });
  }

  get count(): number {
    return this.examples.length;
  }

  /** The set taken apart by kind; that is kept. */
  partsOf(set: ClassSet): KindParts {
    let parts = this.#parts.get(set);
    if (parts === undefined) {
      parts = new KindParts(this.#partsAt.length, set, this.of);
      this.#parts.set(set, parts);
      this.#partsAt.push(parts);
    }
    return parts;
  }

  /** As {@link partsOf}, of the set with the number. */
  partsAt(number: number): KindParts {
    return this.#partsAt[number]!;
  }

  /** How a rule, by its number, matches a kind. */
  match(kind: number, rule: number): RuleMatch {
    if (this.#rules[rule]!.peers === 'all') {
      return MATCHES_EVERYONE;
    }
    let code = 0;
    for (const peer of this.#peersOf[rule]!) code |= this.#codes[kind]!.get(peer) ?? 0;
    let match = this.#matches.get(code);
    if (match === undefined) {
      match = {
        surely: matching(code, false),
        possibly: matching(code, true),
        unknowns: code >>> UNKNOWNS_FROM,
      };
      this.#matches.set(code, match);
    }
    return match;
  }
}

/** The bits of each peer together. */
function merged(codes: readonly PeerCode[]): Map<number, number> {
  const all = new Map<number, number>();
  for (const { peer, code } of codes) all.set(peer, (all.get(peer) ?? 0) | code);
  return all;
}

function matching(code: number, unreadable: boolean): Matching {
  const [four, six] = FAMILIES.map((family) => {
    if (code & SURE[family] || (unreadable && code & UNREADABLE)) return 'yes';
    return code & PERHAPS[family] ? 'depends' : 'no';
  });
  return { 4: four!, 6: six! };
}
