import { isNameOf } from '../../compile/matrix/learned-names.ts';
import { formatAddress, parseAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';

/** Addresses of benchmarks (RFC 2544, RFC 5180): nobody's, and the outside of a lab answers on all of them. */
const FIRST = ['198.18.0.0', '2001:2::'].map((text) => parseAddress(text)!);
const HOW_MANY = 0x1_0000;

/** The entries of `domainNames` in the cluster policies of a cluster. */
export function domainEntries({ clusterPolicies }: Cluster): ReadonlySet<string> {
  const peers = clusterPolicies
    .flatMap(({ egress }) => egress)
    .flatMap((rule) => (rule.peers === 'all' ? [] : rule.peers));
  return new Set(peers.flatMap((peer) => (peer.kind === 'domains' ? peer.names : [])));
}

/**
 * The addresses of a name of the outside in a lab, one of each family: names that some policy is about have
 * addresses of their own, by which they are told apart; the others have none.
 */
export function outsideAddresses(entries: Iterable<string>, name: string): Address[] {
  for (const entry of entries) if (isNameOf(entry, name)) return addressesFor(name);
  return [];
}

function addressesFor(name: string): Address[] {
  let hash = 0x811c_9dc5; // FNV-1a
  for (const character of name) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x0100_0193) >>> 0;
  }
  const n = BigInt(hash % HOW_MANY) + 1n;
  return FIRST.map(({ family, value }) => ({ family, value: value + n }));
}

/** As records of DNS. */
export function outsideRecords(
  entries: Iterable<string>,
  name: string,
): { readonly type: 'A' | 'AAAA'; readonly data: string }[] {
  return outsideAddresses(entries, name).map((address) => ({
    type: address.family === 4 ? 'A' : 'AAAA',
    data: formatAddress(address),
  }));
}
