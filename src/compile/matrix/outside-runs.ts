import type { AddressSet } from '../../model/address-set.ts';
import { formatAddress, highest } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import type { ClassTable } from './class-table.ts';
import type { AddressValue, Member, PeerClass } from './peer-class.ts';

/** A run of addresses from `value` up to the next run, which the same blocks hold. */
export class Run implements Member {
  readonly value: AddressValue;
  class: PeerClass | undefined;
  /** The element the kernel has for it. */
  kernel: { readonly key: string; readonly id: number } | undefined;

  constructor(value: AddressValue) {
    this.value = value;
  }
}

/** Addresses from `low` up to `end`, which is not among them; undefined: to the highest. */
export interface Span {
  readonly low: AddressValue;
  readonly end: AddressValue | undefined;
}

/** A block rules name: the addresses of one family. */
export interface NamedBlock {
  readonly family: Family;
  readonly spans: readonly Span[];
  /** As someone wrote it first: `10.0.0.0/8 except 10.1.0.0/16`. */
  readonly text: string;
}

/** More new bounds than this are merged in at once instead of one by one. */
const FEW = 64;

/** The whole address space of one family, cut where blocks begin and end. */
export class OutsideRuns {
  readonly family: Family;
  readonly #classes: ClassTable;
  /** Ascending; the first begins at the lowest address. */
  #runs: Run[];
  /** How many blocks begin or end before an address. */
  readonly #bounds = new Map<AddressValue, number>();
  #dirty = new Set<Run>();
  readonly #removed: Run[] = [];

  constructor(family: Family, classes: ClassTable) {
    this.family = family;
    this.#classes = classes;
    const whole = new Run(family === 4 ? 0 : 0n);
    classes.place(whole, false, []);
    this.#runs = [whole];
    this.#dirty.add(whole);
  }

  /** All of them, ascending. */
  get all(): readonly Run[] {
    return this.#runs;
  }

  /** The run an address lies in. */
  at(value: AddressValue): Run {
    return this.#runs[this.#indexOf(value)]!;
  }

  /** The runs inside a span whose bounds were added. */
  *within({ low, end }: Span): Generator<Run> {
    for (let i = this.#indexOf(low); i < this.#runs.length; i++) {
      const run = this.#runs[i]!;
      if (end !== undefined && run.value >= end) return;
      yield run;
    }
  }

  /** Cuts the runs at the bounds of spans; the parts are what the whole was. */
  cut(spans: Iterable<Span>): void {
    const fresh: AddressValue[] = [];
    for (const bound of boundsOf(spans)) {
      const count = this.#bounds.get(bound) ?? 0;
      this.#bounds.set(bound, count + 1);
      if (count === 0 && this.at(bound).value !== bound) fresh.push(bound);
    }
    fresh.sort((a, b) => (a < b ? -1 : 1));
    if (fresh.length <= FEW) for (const bound of fresh) this.#cutAt(bound);
    else this.#mergeIn(fresh);
  }

  /** Forgets the bounds of spans that no block has any more, once no class tells the parts apart. */
  join(spans: Iterable<Span>): void {
    for (const bound of boundsOf(spans)) {
      const count = this.#bounds.get(bound)! - 1;
      if (count > 0) {
        this.#bounds.set(bound, count);
        continue;
      }
      this.#bounds.delete(bound);
      const i = this.#indexOf(bound);
      if (i === 0) continue;
      const [run] = this.#runs.splice(i, 1);
      this.#classes.withdraw(run!);
      this.#dirty.delete(run!);
      this.#dirty.add(this.#runs[i - 1]!);
      if (run!.kernel !== undefined) this.#removed.push(run!);
    }
  }

  /** The element of map `blocksN` for a run: `10.0.0.0-10.0.255.255 . 0-255`. */
  elementOf(run: Run): string {
    const next = this.#runs[this.#indexOf(run.value) + 1];
    return `${rangeText(this.family, run.value, next?.value)} . 0-255`;
  }

  /** The runs that are gone since the last call, with elements left in the kernel. */
  takeRemoved(): Run[] {
    return this.#removed.splice(0);
  }

  /** The runs whose elements may not be what the kernel has, since the last call. */
  takeDirty(): Iterable<Run> {
    const dirty = this.#dirty;
    this.#dirty = new Set();
    return dirty;
  }

  #indexOf(value: AddressValue): number {
    const runs = this.#runs;
    let low = 0;
    let high = runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (runs[middle]!.value <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #cutAt(bound: AddressValue): void {
    const i = this.#indexOf(bound);
    this.#runs.splice(i + 1, 0, this.#partOf(this.#runs[i]!, bound));
  }

  #mergeIn(bounds: readonly AddressValue[]): void {
    const runs: Run[] = [];
    let next = 0;
    for (const [i, run] of this.#runs.entries()) {
      runs.push(run);
      const end = this.#runs[i + 1]?.value;
      for (; next < bounds.length; next++) {
        const bound = bounds[next]!;
        if (end !== undefined && bound >= end) break;
        runs.push(this.#partOf(run, bound));
      }
    }
    this.#runs = runs;
  }

  #partOf(run: Run, bound: AddressValue): Run {
    const part = new Run(bound);
    const own = run.class!;
    this.#classes.place(part, own.ofPods, [...own.atoms], this.#classes.classBefore(run));
    this.#dirty.add(run).add(part);
    return part;
  }
}

/** Addresses as nft writes them, from `first` up to `end`, which is not among them; undefined: to the highest. */
export function rangeText(
  family: Family,
  first: AddressValue,
  end: AddressValue | undefined,
): string {
  const low = BigInt(first);
  const high = end === undefined ? highest(family) : BigInt(end) - 1n;
  const text = formatAddress({ family, value: low });
  return low === high ? text : `${text}-${formatAddress({ family, value: high })}`;
}

/** The spans of one family of an address set. */
export function spansOf(set: AddressSet, family: Family): Span[] {
  const bounds = set[family];
  const spans: Span[] = [];
  for (let i = 0; i < bounds.length; i += 2) {
    const [low, high] = [bounds[i]!, bounds[i + 1]!];
    const end = high === highest(family) ? undefined : high + 1n;
    spans.push(
      family === 4
        ? { low: Number(low), end: end === undefined ? undefined : Number(end) }
        : { low, end },
    );
  }
  return spans;
}

function* boundsOf(spans: Iterable<Span>): Generator<AddressValue> {
  for (const { low, end } of spans) {
    yield low;
    if (end !== undefined) yield end;
  }
}
