import { TABLE, deniedOf, unknownOf } from '../../compile/ruleset/set-names.ts';
import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import type { Nft } from './nft.ts';

/** What was dropped, by the address of the pod it was dropped for. */
export type DropCount = ReadonlyMap<string, { readonly packets: number; readonly bytes: number }>;

/** The exact number of packets that policies dropped, unlike deny events, which are a sample. */
export interface Drops {
  /** By the pod that would have received. */
  readonly ingress: DropCount;
  /** By the pod that sent. */
  readonly egress: DropCount;
  /** By an address of the node's pod network that no known pod has. */
  readonly unknown: DropCount;
}

/** Reads the counters of the dynamic sets of our table. Rejects with {@link NftRefusal}. */
export async function readDrops(nft: Pick<Nft, 'list'>): Promise<Drops> {
  const read = async (setOf: (family: Family) => string): Promise<DropCount> => {
    const counts = new Map<string, { packets: number; bytes: number }>();
    for (const family of FAMILIES) {
      const listed = await nft.list(`list set inet ${TABLE} ${setOf(family)}`);
      for (const { val, counter } of countersIn(listed)) counts.set(val, counter);
    }
    return counts;
  };
  return {
    ingress: await read((family) => deniedOf('ingress', family)),
    egress: await read((family) => deniedOf('egress', family)),
    unknown: await read(unknownOf),
  };
}

interface Counted {
  readonly val: string;
  readonly counter: { readonly packets: number; readonly bytes: number };
}

/** `{"elem": {"val": ADDRESS, "counter": {"packets": N, "bytes": N}}}` wherever it stands in the list. */
function countersIn(listed: unknown): Counted[] {
  const { nftables } = listed as { nftables: { set?: { elem?: unknown[] } }[] };
  return nftables.flatMap(({ set }) =>
    (set?.elem ?? []).flatMap((element) => {
      const counted = (element as { elem?: Partial<Counted> }).elem;
      return counted?.val === undefined || counted.counter === undefined
        ? []
        : [{ val: counted.val, counter: counted.counter }];
    }),
  );
}
