import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import { spansOf } from '../matrix/outside-runs.ts';
import type { AddressValue, Atom } from '../matrix/peer-class.ts';
import { valueOf } from '../matrix/pod-record.ts';
import type { TierAtoms } from '../matrix/tier-atoms.ts';
import type { NodeAddress } from './nodes.ts';
import type { PeerKind, PeerKinds } from './peer-kind.ts';

/** Addresses from `low` up to the next place, of which rules say the same. */
export interface Place {
  readonly low: AddressValue;
  /** Who has them when no pod has; and what is said of a pod there beside what it is. */
  readonly others: PeerKind;
  readonly pods: PeerKind;
}

/** The whole address space, cut where rules of cluster policies say something else of an address. */
export type Places = Readonly<Record<Family, readonly Place[]>>;

interface Cut {
  readonly begins: Atom[];
  readonly ends: Atom[];
  node?: { readonly surely: Atom[]; readonly possibly: Atom[] };
}

/** Cuts the address space by `networks` and at the addresses of nodes. */
export function placesOf(
  { networks }: Pick<TierAtoms, 'networks'>,
  nodes: readonly NodeAddress[],
  kinds: PeerKinds,
): Places {
  const of = (family: Family): Place[] => {
    const cuts = new Map<AddressValue, Cut>();
    const lowest: AddressValue = family === 4 ? 0 : 0n;
    const at = (value: AddressValue): Cut => {
      let cut = cuts.get(value);
      if (cut === undefined) cuts.set(value, (cut = { begins: [], ends: [] }));
      return cut;
    };
    at(lowest);
    for (const { atom, addresses } of networks) {
      for (const { low, end } of spansOf(addresses, family)) {
        at(low).begins.push(atom);
        if (end !== undefined) at(end).ends.push(atom);
      }
    }
    for (const { address, surely, possibly } of nodes) {
      if (address.family !== family) continue;
      const value = valueOf(address);
      const next = address.value + 1n;
      // beyond the highest address there is nothing to begin
      if (next < 1n << (family === 4 ? 32n : 128n)) at(family === 4 ? Number(next) : next);
      const { node } = at(value);
      at(value).node = {
        // of two nodes with one address, what surely is one thing is both
        surely: node === undefined ? [...surely] : surely.filter((a) => node.surely.includes(a)),
        possibly: [...possibly, ...(node?.possibly ?? [])],
      };
    }
    return placesBetween(
      [...cuts].sort(([a], [b]) => (a < b ? -1 : 1)),
      kinds,
    );
  };
  return { 4: of(4), 6: of(6) };
}

function placesBetween(cuts: readonly [AddressValue, Cut][], kinds: PeerKinds): Place[] {
  const inside = new Set<Atom>();
  return cuts.map(([low, { begins, ends, node }]) => {
    for (const atom of ends) inside.delete(atom);
    for (const atom of begins) inside.add(atom);
    const pods = inside.size === 0 ? kinds.none : kinds.intern([...inside], [...inside], []);
    if (node === undefined) return { low, others: pods, pods };
    const [surely, possibly] = [
      [...inside, ...node.surely],
      [...inside, ...node.possibly],
    ];
    return { low, others: kinds.intern(surely, possibly, []), pods };
  });
}

/** The last of ascending things that begins at or before an address; the first begins at the lowest one. */
export function lastBefore<T extends { readonly low: AddressValue }>(
  items: readonly T[],
  value: AddressValue,
): T {
  let low = 0;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (items[middle]!.low <= value) low = middle;
    else high = middle - 1;
  }
  return items[low]!;
}

/** Whether two ways to cut the address space are the same. */
export function samePlaces(a: Places, b: Places): boolean {
  return FAMILIES.every(
    (family) =>
      a[family].length === b[family].length &&
      a[family].every((one, i) => {
        const other = b[family][i]!;
        return one.low === other.low && one.others === other.others && one.pods === other.pods;
      }),
  );
}
