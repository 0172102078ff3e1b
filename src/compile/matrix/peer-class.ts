import type { Family } from '../../model/address.ts';
import { formatId } from '../ruleset/id-source.ts';

/**
 * One thing that rules say of peers, and that some peers have and others have not: a group of pods, a
 * block of addresses, a number behind a port name. Numbered from 0.
 */
export type Atom = number;

/** An address as hot loops compare it: a number in IPv4, a bigint in IPv6. The two never meet. */
export type AddressValue = number | bigint;

/** What falls into a class: the address of a pod, or a run of outside addresses by its first one. */
export interface Member {
  readonly value: AddressValue;
  class: PeerClass | undefined;
}

/** Peers over one family that no rule of any policy with a subject on this node tells apart. */
export class PeerClass {
  readonly family: Family;
  /** Pods and outside addresses are never in one class, so that a rule for all pods splits none. */
  readonly ofPods: boolean;
  readonly atoms: Set<Atom>;
  readonly members = new Set<Member>();
  /** The name by which the kernel knew it before this change, when that must not be looked at any more. */
  oldText: string | undefined;
  /** Made in this change. */
  isNew = true;
  /** Members went to another class in this change, as pods or as runs of outside addresses. */
  left: 'none' | 'pods' | 'runs' = 'none';
  #hash = 0;
  #id: number;
  #text: string;

  constructor(family: Family, ofPods: boolean, atoms: Iterable<Atom>, id: number) {
    this.family = family;
    this.ofPods = ofPods;
    this.atoms = new Set(atoms);
    this.#id = id;
    this.#text = formatId(id);
    for (const atom of this.atoms) this.#hash = combine(this.#hash, atom);
  }

  /** Equal for classes with the same atoms; seldom for others. */
  get hash(): number {
    return this.#hash;
  }

  /** The kernel's name for it. */
  get id(): number {
    return this.#id;
  }

  set id(id: number) {
    this.#id = id;
    this.#text = formatId(id);
  }

  /** The id as nft writes it. */
  get text(): string {
    return this.#text;
  }

  add(atom: Atom): void {
    this.atoms.add(atom);
    this.#hash = combine(this.#hash, atom);
  }

  remove(atom: Atom): void {
    this.atoms.delete(atom);
    this.#hash = combine(this.#hash, atom);
  }
}

/** Adds an atom to a hash, or takes it out again; the order of atoms does not matter. */
export function combine(hash: number, atom: Atom): number {
  // the finalizer of MurmurHash3: every bit of the atom's number reaches every bit of the hash
  let mixed = Math.imul(atom + 1, 0x9e37_79b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return hash ^ mixed ^ (mixed >>> 16);
}
