import type { AddressSet } from '../../model/address-set.ts';
import type { ClusterPeer } from '../../model/cluster-policy.ts';
import { EVERYTHING, selectorKey } from '../../model/selector.ts';
import type { Selector } from '../../model/selector.ts';
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

/** An entry of `domainNames`. */
export interface NameGroup {
  readonly atom: Atom;
  readonly entry: string;
}

/**
 * What cluster policies say of subjects and peers, each thing once. What nobody says any more stays: it tells
 * apart what is treated alike, and is ready should a policy come back.
 */
export class TierAtoms {
  readonly groups: PodGroup[] = [];
  readonly nodes: NodeGroup[] = [];
  readonly networks: NetworkGroup[] = [];
  readonly domains: NameGroup[] = [];
  /** The names of ports that any rule asks for. */
  readonly names = new Set<string>();
  readonly #byKey = new Map<string, Atom>();

  get size(): number {
    return this.#byKey.size;
  }

  ofPeer(peer: ClusterPeer): Atom[] {
    switch (peer.kind) {
      case 'pods':
        return [this.ofPods(peer.namespaces, peer.pods)];
      case 'nodes': {
        const key = `nodes ${selectorKey(peer.nodes)}`;
        return [this.#atom(key, (atom) => this.nodes.push({ atom, selector: peer.nodes }))];
      }
      case 'networks': {
        const { addresses } = peer;
        const key = `networks ${addresses[4].join()} ${addresses[6].join()}`;
        const text = peer.cidrs.join(', ');
        return [this.#atom(key, (atom) => this.networks.push({ atom, addresses, text }))];
      }
      case 'domains':
        return peer.names.map((entry) =>
          this.#atom(`domain ${entry}`, (atom) => this.domains.push({ atom, entry })),
        );
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
