import {
  addressRange,
  parseBlock,
  subtractAddresses,
  unionAddresses,
} from '../model/address-set.ts';
import type { AddressSet } from '../model/address-set.ts';
import type { Family } from '../model/address.ts';
import { bits } from '../model/address.ts';
import type { BlockPeer, Peer, PodPeer } from '../model/policy.ts';
import { EVERYTHING } from '../model/selector.ts';
import { withoutItem } from './mutant.ts';
import { selectorChanges } from './selector-changes.ts';

/** What may stand in the place of a peer by one change: one peer, or two. */
export interface PeerChange {
  readonly what: string;
  readonly became: readonly Peer[];
}

/** Every single change to a peer that lets more in, or other peers. */
export function* peerChanges(peer: Peer): Generator<PeerChange> {
  if (peer.kind === 'pods') yield* podPeerChanges(peer);
  else if (peer.kind === 'block') yield* blockChanges(peer);
}

function* podPeerChanges(peer: PodPeer): Generator<PeerChange> {
  const { namespaces, pods } = peer;
  if (pods !== undefined && pods.length > 0) {
    const whole: PodPeer = { ...peer, pods: undefined, namespaces };
    yield { what: 'take the podSelector of a peer out', became: [whole] };
    for (const { what, selector } of selectorChanges(pods, 'podSelector'))
      yield { what, became: [{ ...peer, pods: selector }] };
  }
  if (namespaces === 'own') {
    const what = 'let a peer be of any namespace';
    yield { what, became: [{ ...peer, namespaces: EVERYTHING }] };
    return;
  }
  if (namespaces.length > 0) {
    const what = 'empty the namespaceSelector of a peer, so that it is any namespace';
    yield { what, became: [{ ...peer, namespaces: EVERYTHING }] };
    for (const { what: less, selector } of selectorChanges(namespaces, 'namespaceSelector'))
      yield { what: less, became: [{ ...peer, namespaces: selector }] };
  }
  if (pods !== undefined) {
    const own = {
      what: 'take the namespaceSelector of a peer out, so that it is the own namespace',
    };
    yield { ...own, became: [{ ...peer, namespaces: 'own' }] };
    const what = 'write the selectors of a peer as two list items, so that either will do';
    const either: Peer[] = [
      { ...peer, pods: undefined },
      { ...peer, namespaces: 'own' },
    ];
    yield { what, became: either };
  }
}

function* blockChanges(peer: BlockPeer): Generator<PeerChange> {
  const { family, cidr, except } = peer;
  const block = parseBlock(cidr);
  if (block === undefined) return;
  for (const [index, hole] of except.entries()) {
    const left = withoutItem(except, index);
    const addresses = subtractAddresses(rangeOf(block), holes(left));
    const became: BlockPeer = { ...peer, except: left, addresses };
    yield { what: `take \`${hole}\` out of \`except\``, became: [became] };
  }
  if (block.prefix === 0) return;
  const all = { family, low: 0n, high: (1n << BigInt(bits(family))) - 1n };
  const wide = family === 4 ? '0.0.0.0/0' : '::/0';
  const addresses = subtractAddresses(rangeOf(all), holes(except));
  yield { what: `widen \`${cidr}\` to \`${wide}\``, became: [{ ...peer, cidr: wide, addresses }] };
}

function rangeOf({ family, low, high }: { family: Family; low: bigint; high: bigint }): AddressSet {
  return addressRange(family, low, high);
}

function holes(cidrs: readonly string[]): AddressSet {
  const blocks = cidrs.map(parseBlock).filter((block) => block !== undefined);
  return unionAddresses(blocks.map(rangeOf));
}
