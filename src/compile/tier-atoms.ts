import type { ClusterPeer } from '../model/cluster-policy.ts';
import type { AddressSet } from '../model/address-set.ts';
import { EVERYTHING, selectorKey } from '../model/selector.ts';
import type { Selector } from '../model/selector.ts';
import type { Atom } from './peer-class.ts';

/** Pods that a subject or a peer names: by their labels and those of their namespaces. */
export interface PodGroup {
  readonly atom: Atom;
  readonly namespaces: Selector;
  readonly pods: Selector;
}

/** Nodes that a peer names. */
export interface NodeGroup {
  readonly atom: Atom;
  readonly selector: Selector;
}

/** Addresses that a peer names. */
export interface NetworkGroup {
  readonly atom: Atom;
  readonly addresses: AddressSet;
  /** As somebody wrote it first. */
  readonly text: string;
}

/**
 * What cluster policies say of subjects and peers, each thing once. What nobody says any more stays: it tells
 * apart what is treated alike, and is ready should a policy come back.
 */
export class TierAtoms {
  readonly groups: PodGroup[] = [];
  readonly nodes: NodeGroup[] = [];
  readonly networks: NetworkGroup[] = [];
  /** The names of ports that any rule asks for. */
  readonly names = new Set<string>();
  readonly #byKey = new Map<string, Atom>();

  get size(): number {
    return this.#byKey.size;
  }

  /** Undefined for names of domains, which no address has for itself. */
  ofPeer(peer: ClusterPeer): Atom | undefined {
    switch (peer.kind) {
      case 'pods':
        return this.ofPods(peer.namespaces, peer.pods);
      case 'nodes':
        return this.#atom(`nodes ${selectorKey(peer.nodes)}`, (atom) =>
          this.nodes.push({ atom, selector: peer.nodes }),
        );
      case 'networks': {
        const { addresses } = peer;
        return this.#atom(`networks ${addresses[4].join()} ${addresses[6].join()}`, (atom) =>
          this.networks.push({ atom, addresses, text: peer.cidrs.join(', ') }),
        );
      }
      case 'domains':
        return undefined;
    }
  }

  ofPods(namespaces: Selector, pods: Selector = EVERYTHING): Atom {
    return this.#atom(`pods ${selectorKey(namespaces)}|${selectorKey(pods)}`, (atom) =>
      this.groups.push({ atom, namespaces, pods }),
    );
  }

  #atom(key: string, add: (atom: Atom) => void): Atom {
    let atom = this.#byKey.get(key);
    if (atom === undefined) {
      atom = this.#byKey.size;
      this.#byKey.set(key, atom);
      add(atom);
    }
    return atom;
  }
}
