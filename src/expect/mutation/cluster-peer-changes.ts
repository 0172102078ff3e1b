import type { ClusterPeer, LabelPeer, NetworkPeer } from '../../model/cluster-policy.ts';
import { EVERYTHING } from '../../model/selector.ts';
import { addressesOfBlocks, widened } from './block-ranges.ts';
import type { ItemChange } from './item-changes.ts';
import { withItem, withoutItem } from './mutant.ts';

/** Every single change to a peer of a cluster policy: less asked of it, or a CIDR or name of it another. */
export function* clusterPeerChanges(peer: ClusterPeer): Generator<ItemChange<ClusterPeer>> {
  switch (peer.kind) {
    case 'pods':
      yield* labelChanges(peer);
      return;
    case 'nodes':
      if (peer.nodes.length > 0)
        yield { what: 'let a peer be any node', became: [{ ...peer, nodes: EVERYTHING }] };
      return;
    case 'networks':
      yield* networkChanges(peer);
      return;
    case 'domains': {
      const { names } = peer;
      if (names.length === 1) return;
      for (const [index, name] of names.entries()) {
        const became = [{ ...peer, names: withoutItem(names, index) }];
        yield { what: `take \`${name}\` out of \`domainNames\``, became };
      }
    }
  }
}

function* labelChanges(peer: LabelPeer): Generator<ItemChange<ClusterPeer>> {
  if (peer.pods !== undefined && peer.pods.length > 0) {
    const became = [{ ...peer, pods: EVERYTHING }];
    yield { what: 'empty the podSelector of a peer', became };
  }
  if (peer.namespaces.length > 0) {
    const became = [{ ...peer, namespaces: EVERYTHING }];
    yield { what: 'empty the namespaceSelector of a peer', became };
  }
}

function* networkChanges(peer: NetworkPeer): Generator<ItemChange<ClusterPeer>> {
  const { cidrs } = peer;
  const changed = (to: readonly string[]): NetworkPeer => ({
    ...peer,
    cidrs: to,
    addresses: addressesOfBlocks(to),
  });
  for (const [index, cidr] of cidrs.entries()) {
    if (cidrs.length > 1) {
      const became = [changed(withoutItem(cidrs, index))];
      yield { what: `take \`${cidr}\` out of \`networks\``, became };
    }
    const wide = widened(cidr);
    if (wide === undefined) continue;
    const became = [changed(withItem(cidrs, index, wide))];
    yield { what: `widen \`${cidr}\` to \`${wide}\``, became };
  }
}
