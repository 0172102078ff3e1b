import type { Family } from '../../model/address.ts';
import type { IdSource } from '../ruleset/id-source.ts';
import { PeerClass, combine } from './peer-class.ts';
import type { Atom, Member } from './peer-class.ts';

/** Which classes came and went in one change, and who went from one to another. */
export interface ClassChanges {
  readonly created: readonly PeerClass[];
  readonly deleted: readonly PeerClass[];
  /** The members that were touched, with the class each had before; undefined: none. */
  readonly before: ReadonlyMap<Member, PeerClass | undefined>;
}

const NONE: ReadonlySet<PeerClass> = new Set();

/**
 * The classes of one family: at any time exactly one for each set of atoms that some member has. A class
 * keeps its id as long as no member leaves or joins it unlike the others, whatever is said of them.
 */
export class ClassTable {
  readonly family: Family;
  readonly pods = new Set<PeerClass>();
  readonly outside = new Set<PeerClass>();
  readonly #ids: IdSource;
  readonly #byHash = { pods: new Buckets(), outside: new Buckets() };
  readonly #byAtom = new Map<Atom, Set<PeerClass>>();
  #before = new Map<Member, PeerClass | undefined>();
  #created = new Set<PeerClass>();
  #perhapsEmpty = new Set<PeerClass>();

  constructor(family: Family, ids: IdSource) {
    this.family = family;
    this.#ids = ids;
  }

  /** The classes whose members all have the atom; no member of another class has it. */
  withAtom(atom: Atom): ReadonlySet<PeerClass> {
    return this.#byAtom.get(atom) ?? NONE;
  }

  /** Puts a member into the class of its atoms. `from`: where it counts as coming from when it is new. */
  place(member: Member, ofPods: boolean, atoms: readonly Atom[], from?: PeerClass): void {
    const hash = atoms.reduce(combine, 0);
    const found = this.#buckets(ofPods).find(hash, atoms.length, (one) =>
      atoms.every((atom) => one.atoms.has(atom)),
    );
    if (!this.#before.has(member)) this.#before.set(member, member.class ?? from);
    this.#move(member, found ?? this.#create(ofPods, atoms));
  }

  /** The class a member had before this change. */
  classBefore(member: Member): PeerClass | undefined {
    return this.#before.has(member) ? this.#before.get(member) : member.class;
  }

  /** Takes a member out of its class, for good or until it is placed again. */
  withdraw(member: Member): void {
    if (!this.#before.has(member)) this.#before.set(member, member.class);
    this.#leave(member);
    member.class = undefined;
  }

  /** Tells which members have an atom that nobody has had before. Members without a class are left out. */
  spread(atom: Atom, members: Iterable<Member>): void {
    const byClass = new Map<PeerClass, Member[]>();
    for (const member of members) {
      if (member.class === undefined) continue;
      const list = byClass.get(member.class);
      if (list === undefined) byClass.set(member.class, [member]);
      else list.push(member);
    }
    for (const [own, having] of byClass) {
      if (having.length === own.members.size) {
        this.#changeAtoms(own, () => own.add(atom));
        this.#index(atom, own);
        continue;
      }
      const part = this.#create(own.ofPods, [...own.atoms, atom]);
      for (const member of having) {
        if (!this.#before.has(member)) this.#before.set(member, own);
        this.#move(member, part);
      }
    }
  }

  /** Takes an atom out of the game; classes that only it told apart become one. */
  drop(atom: Atom): void {
    const having = this.#byAtom.get(atom);
    if (having === undefined) return;
    this.#byAtom.delete(atom);
    for (const own of having) {
      const rest = combine(own.hash, atom);
      const twin = this.#buckets(own.ofPods).find(rest, own.atoms.size - 1, (one) => {
        for (const other of one.atoms) if (!own.atoms.has(other)) return false;
        return !one.atoms.has(atom);
      });
      if (twin === undefined) this.#changeAtoms(own, () => own.remove(atom));
      else if (twin.members.size >= own.members.size) this.#merge(own, twin);
      else {
        this.#merge(twin, own);
        this.#changeAtoms(own, () => own.remove(atom));
      }
    }
  }

  /** Ends a change: forgets classes without members and tells what happened since the last time. */
  settle(): ClassChanges {
    const deleted: PeerClass[] = [];
    for (const own of this.#perhapsEmpty) {
      if (own.members.size > 0) continue;
      this.#delete(own);
      if (!this.#created.delete(own)) deleted.push(own);
    }
    const changes = { created: [...this.#created], deleted, before: this.#before };
    this.#before = new Map();
    this.#created = new Set();
    this.#perhapsEmpty = new Set();
    return changes;
  }

  #buckets(ofPods: boolean): Buckets {
    return ofPods ? this.#byHash.pods : this.#byHash.outside;
  }

  #create(ofPods: boolean, atoms: readonly Atom[]): PeerClass {
    const made = new PeerClass(this.family, ofPods, atoms, this.#ids.take());
    (ofPods ? this.pods : this.outside).add(made);
    this.#buckets(ofPods).add(made);
    for (const atom of made.atoms) this.#index(atom, made);
    this.#created.add(made);
    return made;
  }

  #delete(own: PeerClass): void {
    (own.ofPods ? this.pods : this.outside).delete(own);
    this.#buckets(own.ofPods).remove(own);
    for (const atom of own.atoms) {
      const having = this.#byAtom.get(atom);
      having?.delete(own);
      if (having?.size === 0) this.#byAtom.delete(atom);
    }
  }

  #merge(from: PeerClass, into: PeerClass): void {
    for (const member of from.members) {
      if (!this.#before.has(member)) this.#before.set(member, from);
      member.class = into;
      into.members.add(member);
    }
    from.members.clear();
    this.#delete(from);
    // it is in no index any more, so that nobody finds it; what it was is still told
    this.#perhapsEmpty.add(from);
  }

  #move(member: Member, to: PeerClass): void {
    this.#leave(member);
    member.class = to;
    to.members.add(member);
  }

  #leave(member: Member): void {
    const own = member.class;
    if (own === undefined) return;
    own.members.delete(member);
    if (own.members.size === 0) this.#perhapsEmpty.add(own);
  }

  #changeAtoms(own: PeerClass, change: () => void): void {
    this.#buckets(own.ofPods).remove(own);
    change();
    this.#buckets(own.ofPods).add(own);
  }

  #index(atom: Atom, own: PeerClass): void {
    const having = this.#byAtom.get(atom);
    if (having === undefined) this.#byAtom.set(atom, new Set([own]));
    else having.add(own);
  }
}

/** Classes by the hash of their atoms. */
class Buckets {
  readonly #byHash = new Map<number, PeerClass[]>();

  find(hash: number, size: number, isIt: (candidate: PeerClass) => boolean): PeerClass | undefined {
    return this.#byHash.get(hash)?.find((one) => one.atoms.size === size && isIt(one));
  }

  add(own: PeerClass): void {
    const bucket = this.#byHash.get(own.hash);
    if (bucket === undefined) this.#byHash.set(own.hash, [own]);
    else bucket.push(own);
  }

  remove(own: PeerClass): void {
    const bucket = this.#byHash.get(own.hash);
    if (bucket === undefined) return;
    const left = bucket.filter((one) => one !== own);
    if (left.length === 0) this.#byHash.delete(own.hash);
    else this.#byHash.set(own.hash, left);
  }
}
