import type { Address, Family } from '../../model/address.ts';
import type { IdSource } from '../ruleset/id-source.ts';
import type { Said } from './atom-registry.ts';
import { ClassTable } from './class-table.ts';
import { OutsideRuns } from './outside-runs.ts';
import type { NamedBlock, Span } from './outside-runs.ts';
import type { AddressValue, Atom, Member, PeerClass } from './peer-class.ts';
import { PodAddress, valueOf } from './pod-record.ts';

/** All addresses of one family: those of pods one by one, the outside in runs, and their classes. */
export class AddressSpace {
  readonly family: Family;
  readonly classes: ClassTable;
  readonly runs: OutsideRuns;
  readonly #pods = new Map<AddressValue, PodAddress>();
  /** Ascending; undefined until a block asks for pods after a change. */
  #sorted: PodAddress[] | undefined;

  constructor(family: Family, ids: IdSource) {
    this.family = family;
    this.classes = new ClassTable(family, ids);
    this.runs = new OutsideRuns(family, this.classes);
  }

  /** The addresses pods say they have. */
  get pods(): Iterable<PodAddress> {
    return this.#pods.values();
  }

  /** The record of a pod's address, if pods say they have it. */
  find(value: AddressValue): PodAddress | undefined {
    return this.#pods.get(value);
  }

  /** The record of a pod's address, made when there is none. */
  podAt(address: Address): PodAddress {
    const value = valueOf(address);
    let pod = this.#pods.get(value);
    if (pod === undefined) {
      this.#pods.set(value, (pod = new PodAddress(address)));
      this.#insert(pod);
    }
    return pod;
  }

  /** Forgets an address that no pod has any more. */
  forget(pod: PodAddress): void {
    this.#pods.delete(pod.value);
    if (this.#sorted === undefined) return;
    const i = placeOf(this.#sorted, pod.value);
    if (this.#sorted[i] === pod) this.#sorted.splice(i, 1);
  }

  /** The class outside addresses at this place have, and had before this change. */
  outsideAt(value: AddressValue): PeerClass {
    return this.runs.at(value).class!;
  }

  /** The atoms of the blocks that hold an address. */
  blocksAt(value: AddressValue): Iterable<Atom> {
    return this.outsideAt(value).atoms;
  }

  /** Tells addresses inside new blocks from those outside. */
  addBlocks(blocks: readonly Said<NamedBlock>[]): void {
    const own = blocks.filter(({ what }) => what.family === this.family);
    this.runs.cut(own.flatMap(({ what }) => what.spans));
    for (const { atom, what } of own) this.classes.spread(atom, this.#membersIn(what.spans));
  }

  /** Undoes {@link addBlocks}. */
  dropBlocks(blocks: readonly Said<NamedBlock>[]): void {
    const own = blocks.filter(({ what }) => what.family === this.family);
    for (const { atom } of own) this.classes.drop(atom);
    this.runs.join(own.flatMap(({ what }) => what.spans));
  }

  *#membersIn(spans: readonly Span[]): Generator<Member> {
    for (const span of spans) {
      yield* this.runs.within(span);
      yield* this.#podsIn(span);
    }
  }

  *#podsIn({ low, end }: Span): Generator<PodAddress> {
    const sorted = (this.#sorted ??= [...this.#pods.values()].sort((a, b) =>
      a.value < b.value ? -1 : 1,
    ));
    for (let i = placeOf(sorted, low); i < sorted.length; i++) {
      const pod = sorted[i]!;
      if (end !== undefined && pod.value >= end) return;
      yield pod;
    }
  }

  #insert(pod: PodAddress): void {
    this.#sorted?.splice(placeOf(this.#sorted, pod.value), 0, pod);
  }
}

/** The place of the first address that is not below `value`. */
function placeOf(sorted: readonly PodAddress[], value: AddressValue): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]!.value < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
