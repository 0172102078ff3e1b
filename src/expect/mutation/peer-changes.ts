import { subtractAddresses } from '../../model/address-set.ts';
import type { BlockPeer, Peer, PodPeer } from '../../model/policy.ts';
import { EVERYTHING } from '../../model/selector.ts';
import { addressesOfBlocks, widened } from './block-ranges.ts';
import type { ItemChange } from './item-changes.ts';
import { withoutItem } from './mutant.ts';
import { selectorChanges } from './selector-changes.ts';

/** Every single change to a peer that lets more in, or other peers. */
export function* peerChanges(peer: Peer): Generator<ItemChange<Peer>> {
  if (peer.kind === 'pods') yield* podPeerChanges(peer);
  else if (peer.kind === 'block') yield* blockChanges(peer);
}

function* podPeerChanges(peer: PodPeer): Generator<ItemChange<Peer>> {
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

function* blockChanges(peer: BlockPeer): Generator<ItemChange<Peer>> {
  const { cidr, except } = peer;
  const changed = (to: string, holes: readonly string[]): BlockPeer => {
    const addresses = subtractAddresses(addressesOfBlocks([to]), addressesOfBlocks(holes));
    return { ...peer, cidr: to, except: holes, addresses };
  };
  for (const [index, hole] of except.entries()) {
    const less = changed(cidr, withoutItem(except, index));
    yield { what: `take \`${hole}\` out of \`except\``, became: [less] };
  }
  const wide = widened(cidr);
  if (wide !== undefined)
    yield { what: `widen \`${cidr}\` to \`${wide}\``, became: [changed(wide, except)] };
}
