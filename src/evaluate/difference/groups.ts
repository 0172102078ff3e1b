import type { End } from './scope.ts';

/** Sources that have to do with the same destinations in the same way, told by numbers of ends. */
export interface PairGroup {
  readonly from: readonly number[];
  /** Ascending; where most of a cluster changed, these are millions in all. */
  readonly to: Int32Array;
  readonly kind: number;
}

const NO_ENDS = new Int32Array(0);

interface Growing extends PairGroup {
  readonly from: number[];
}

/**
 * Puts pairs together by kind, source by source: sources with the same destinations become one group. A
 * single pod is never its own peer, so that it may be on both sides of a group that does not speak of it.
 */
export class PairGroups {
  readonly #ends: readonly End[];
  readonly #byHash = new Map<number, Growing[]>();
  readonly #groups: Growing[] = [];

  constructor(ends: readonly End[]) {
    this.#ends = ends;
  }

  /** Adds what one source has to do with destinations, which are ascending; `kinds` are in step with them. */
  add(from: number, to: readonly number[], kinds: readonly number[]): void {
    const parts = new Map<number, { size: number; to: Int32Array }>();
    for (const kind of kinds) {
      const part = parts.get(kind);
      if (part === undefined) parts.set(kind, { size: 1, to: NO_ENDS });
      else part.size++;
    }
    for (const part of parts.values()) {
      part.to = new Int32Array(part.size);
      part.size = 0;
    }
    to.forEach((end, i) => {
      const part = parts.get(kinds[i]!)!;
      part.to[part.size++] = end;
    });
    for (const [kind, part] of parts) this.#add([from], part.to, kind);
  }

  /** The groups, those that differ only in that a single pod is not its own peer put together. */
  list(): PairGroup[] {
    const groups: PairGroup[] = [];
    const withSelf = new Map<number, { to: Int32Array; kind: number; from: number[] }[]>();
    const lone = new Set(
      this.#groups.filter(({ from }) => from.length === 1 && !this.#ends[from[0]!]!.hasTwo),
    );
    for (const group of this.#groups) if (!lone.has(group)) groups.push(group);
    for (const group of lone) {
      const [from] = group.from;
      const to = withNumber(group.to, from!);
      const hash = hashOf(group.kind, to);
      const known = this.#find(hash, to, group.kind);
      const joined =
        known !== undefined && !lone.has(known)
          ? known
          : withSelf.get(hash)?.find((one) => one.kind === group.kind && isSame(one.to, to));
      if (joined !== undefined) joined.from.push(from!);
      else {
        const made = { from: [from!], to, kind: group.kind };
        const alike = withSelf.get(hash);
        if (alike === undefined) withSelf.set(hash, [made]);
        else alike.push(made);
      }
    }
    for (const alike of withSelf.values()) {
      for (const { from, to, kind } of alike) {
        if (from.length > 1) groups.push({ from, to, kind });
        else groups.push({ from, to: to.filter((one) => one !== from[0]), kind });
      }
    }
    return groups;
  }

  #add(from: number[], to: Int32Array, kind: number): void {
    const hash = hashOf(kind, to);
    const known = this.#find(hash, to, kind);
    if (known !== undefined) {
      known.from.push(...from);
      return;
    }
    const made = { from, to, kind };
    this.#groups.push(made);
    const alike = this.#byHash.get(hash);
    if (alike === undefined) this.#byHash.set(hash, [made]);
    else alike.push(made);
  }

  #find(hash: number, to: Int32Array, kind: number): Growing | undefined {
    return this.#byHash.get(hash)?.find((one) => one.kind === kind && isSame(one.to, to));
  }
}

function withNumber(ascending: Int32Array, number: number): Int32Array {
  if (ascending.includes(number)) return ascending;
  const first = ascending.findIndex((one) => one > number);
  const at = first === -1 ? ascending.length : first;
  const list = new Int32Array(ascending.length + 1);
  list.set(ascending.subarray(0, at));
  list[at] = number;
  list.set(ascending.subarray(at), at + 1);
  return list;
}

function hashOf(kind: number, list: Int32Array): number {
  let hash = kind;
  for (let i = 0; i < list.length; i++) hash = (Math.imul(hash, 0x0100_0193) ^ list[i]!) | 0;
  return hash;
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
