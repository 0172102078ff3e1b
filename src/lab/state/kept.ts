import { parseBlock } from '../../model/address-set.ts';
import type { Block } from '../../model/address-set.ts';
import { formatAddress, parseAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';

/** What a node has for as long as the lab lives. */
export interface KeptNode {
  /** 1 or more; tells the node's addresses in the underlay. */
  readonly index: number;
  readonly addresses: readonly string[];
  /** Its parts of the pod network, as CIDRs. */
  readonly blocks: readonly string[];
}

/** What a pod has for as long as it lives. */
export interface KeptPod {
  readonly node: string;
  readonly addresses: readonly string[];
  /** Of its link on its node; absent for one that has none. */
  readonly linkGroup?: number;
}

/**
 * What a lab has given out, as it is written down: who keeps what from one change of the cluster to the
 * next. Addresses are texts, so that it is JSON.
 */
export interface Kept {
  /** By name. */
  readonly nodes: Readonly<Record<string, KeptNode>>;
  /** By `namespace/name`. */
  readonly pods: Readonly<Record<string, KeptPod>>;
  /** By `namespace/name`; node ports by `PROTOCOL/PORT`. */
  readonly services: Readonly<
    Record<
      string,
      {
        readonly addresses: readonly string[];
        readonly nodePorts: Readonly<Record<string, number>>;
      }
    >
  >;
}

export const NOTHING_KEPT: Kept = { nodes: {}, pods: {}, services: {} };

/** Addresses as they were written down. */
export function keptAddresses(texts: readonly string[]): Address[] {
  return texts.map(parseAddress).filter((address) => address !== undefined);
}

export function writtenAddresses(addresses: readonly Address[]): string[] {
  return addresses.map(formatAddress);
}

/** The parts of the pod network a node had before. */
export function keptBlocks({ nodes }: Kept, name: string): Block[] {
  const texts = keptAt(nodes, name)?.blocks ?? [];
  return texts.map(parseBlock).filter((block) => block !== undefined);
}

/** What a record holds under a key that may be called like something of JavaScript's own. */
export function keptAt<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
